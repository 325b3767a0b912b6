// The pages work without scripts; this only puts the cursor into the search box when somebody types "/".
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.closest("input, textarea, select")) return;
  event.preventDefault();
  document.querySelector(".top__search input[name=q]").focus();
});
