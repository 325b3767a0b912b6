// Tells that somebody has signed the book while the page is open.
const news = document.getElementById("news");
if (news) {
  new EventSource("/guestbook/events").addEventListener("entry", () => {
    news.hidden = false;
  });
}
