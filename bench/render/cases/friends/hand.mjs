// The page as hand-written JavaScript.
import { escapeHtml } from "../../escape.mjs";

function fullName(name) {
  return `${name.first} ${name.last}`;
}

export function render({ friends }) {
  let out = '<!DOCTYPE html><html><head><meta charset="utf-8"><title>Friends</title></head><body><div class="friends">';
  for (let index = 0; index < friends.length; index++) {
    const friend = friends[index];
    out += `<div class="friend" id="f${friend.id}"><ul><li>Name: ${escapeHtml(fullName(friend.name))}</li><li>Balance: ${escapeHtml(friend.balance)}</li><li>Age: ${escapeHtml(friend.age)}</li><li>Address: ${escapeHtml(friend.address)}</li><li>Image: <img src="${escapeHtml(friend.picture)}"></li><li>Company: ${escapeHtml(friend.company)}</li><li>Email: <a href="mailto:${escapeHtml(friend.email)}">${escapeHtml(friend.email)}</a></li><li>About: ${escapeHtml(friend.about)}</li><li>Colour: <b class="${escapeHtml(friend.colour)}">${escapeHtml(friend.colour)}</b></li>`;
    const { tags } = friend;
    if (tags.length > 0) {
      out += "<li>Tags:<ul>";
      for (let tag = 0; tag < tags.length; tag++) out += `<li>${escapeHtml(tags[tag])}</li>`;
      out += "</ul></li>";
    }
    const others = friend.friends;
    if (others.length > 0) {
      out += "<li>Friends:<ul>";
      for (let other = 0; other < others.length; other++) {
        out += `<li>${escapeHtml(fullName(others[other].name))} (${escapeHtml(others[other].id)})</li>`;
      }
      out += "</ul></li>";
    }
    out += "</ul></div>";
  }
  return `${out}</div></body></html>`;
}
