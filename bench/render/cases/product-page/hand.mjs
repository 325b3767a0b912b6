// The page as hand-written JavaScript: a function for each part of the layout and each component of the site's libraries.
import { escapeHtml } from "../../escape.mjs";
import * as text from "./text.mjs";

const { t, slug } = text;

export function render(site) {
  const { book } = site;
  return productPage(site, {
    title: `${book.title} (${book.author})`,
    section: book.cat,
    description: book.blurb,
    canonical: `/book/${book.id}/${slug(book.title)}`,
    translated: true,
    css: ["product"],
    scripts: ["gallery", "reviews"],
  });
}

function productPage(site, page) {
  const { book, reviews, user } = site;
  let out = header(site, page);
  out += crumbs([
    { label: "Home", href: "/" },
    { label: text.categoryLabel(site), href: `/category/${book.cat}` },
    { label: book.title },
  ]);
  out += ` <article class="product" itemscope itemtype="http://schema.org/Book"> <div class="product__media">${cover(site, book, "l")}</div> <div class="product__main"> <h1 itemprop="name">${escapeHtml(book.title)}</h1> <p class="product__by">${t(site, "by")} <a itemprop="author" href="/author/${slug(book.author)}">${escapeHtml(book.author)}</a></p> ${stars(book.rating)} <a href="#reviews">${text.plural(reviews.length, "review", "reviews")}</a> <div itemprop="offers" itemscope itemtype="http://schema.org/Offer"> <meta itemprop="priceCurrency" content="${site.Currency}"> <meta itemprop="price" content="${(book.cents / 100).toFixed(2)}"> ${price(site, book)} ${stockBadge(site, book.stock)} `;
  if (book.stock > 0) {
    out += ` <form class="buy" method="post" action="/cart/add"> ${hiddenFields([
      ["sku", `B-${book.id}`],
      ["back", `/book/${book.id}?x="y"&z='1'`],
    ])} <label>Quantity <select name="qty">`;
    for (const quantity of text.quantities(book.stock, site.MaxQty)) out += `<option>${quantity}</option>`;
    out += '</select></label> <button class="btn">Add to cart</button> </form> ';
  } else {
    out +=
      ' <form class="notify" method="post" action="/notify"><input type="email" name="mail" placeholder="you@example.org"><button>Tell me when it is back</button></form> ';
  }
  out += ` </div> <p itemprop="description">${escapeHtml(book.blurb)}</p> ${facts([
    ["ISBN", `<span itemprop="isbn">${text.isbnDashes(book.isbn)}</span>`],
    ["Pages", book.pages],
    ["Year", book.year],
    ["Weight", book.weight],
    ["Delivery", text.only(book.stock > 0, text.longDate(site, site.today + 3 * 86400))],
  ])} </div> </article> <section id="reviews"> <h2>Reviews</h2> ${reviewSummary(reviews)}`;
  for (const review of text.shownReviews(site)) out += reviewPart(site, review, user && user.name === review.who);
  out += `${pagination(site, "?r")}<p><a href="/login">Sign in to write a review</a></p> </section> `;
  const also = text.alsoBought(site);
  if (also.length > 0) out += shelf(site, `More by ${book.author}`, also);
  return `${out}${footer(site, page)}  `;
}

function header(site, page) {
  let out = `<!DOCTYPE html> <html lang="${site.lang}"> <head> <meta charset="utf-8"> <title>${escapeHtml(page.title)} – ${site.ShopName}</title> ${meta(site, page)} <link rel="stylesheet" href="${site.StaticUrl}/css/shop.css?${site.BuildStamp}"> `;
  for (const sheet of page.css) {
    out += ` <link rel="stylesheet" href="${site.StaticUrl}/css/${sheet}.css?${site.BuildStamp}"> `;
  }
  out += ` <style> @keyframes pop { 0% { transform: scale(.9) } 60% { transform: scale(1.05) } 100% { transform: none } } .bar{background:#b33;height:.6em;max-width:100%} /* %{ is only needed when a brace follows the percent sign */ </style> </head> <body class="${text.cls(["page", `page--${page.section}`, text.only(site.user, "is-member")])}"> <a class="skip" href="#main">Skip to the content</a> <header class="top"> <a class="logo" href="/"><img src="${site.StaticUrl}/img/logo.svg" alt="${site.ShopName}" width="210" height="48"></a> <p class="tagline">${escapeHtml(site.ShopTagline)}</p> <form class="top__search" action="/search" role="search"> <input type="search" name="q" value="${escapeHtml(page.query ?? "")}" placeholder="Title, author, ISBN …" aria-label="Search the shop"> <button>${t(site, "search")}</button> </form> ${userBox(site)} </header> ${navigation(site, page.section)} <main id="main"> `;
  return out;
}

function meta(site, page) {
  let out =
    '<meta name="viewport" content="width=device-width, initial-scale=1"> <meta name="generator" content="okws"> ';
  if (page.description) {
    out += `<meta name="description" content="${escapeHtml(text.truncate(page.description, 150))}">`;
  }
  out += " ";
  if (page.canonical) out += `<link rel="canonical" href="${site.BaseUrl}${page.canonical}">`;
  out += " ";
  for (const { code } of site.Languages) {
    if (code !== site.lang && page.translated) {
      out += `<link rel="alternate" hreflang="${code}" href="${site.BaseUrl}${page.canonical}?lang=${code}">`;
    }
  }
  return `${out} <link rel="alternate" type="application/rss+xml" title="${site.ShopName}" href="/feed/new.rss"> `;
}

function userBox(site) {
  const { user, cartCount } = site;
  let out = '<div class="userbox"> ';
  if (user) {
    out += ` <span>${t(site, "welcome", { name: escapeHtml(user.name) })}</span> <a href="/account/orders">My orders</a> `;
    if (site.Features.wishlist) out += '<a href="/account/wishlist">Wish list</a>';
    out += ` <a href="/logout">${t(site, "logout")}</a> `;
  } else {
    out += ` <a href="/login">${t(site, "login")}</a> `;
  }
  out += ` <a class="userbox__cart" href="/cart">${t(site, "cart")}`;
  if (cartCount) out += ` <b>${t(site, "items", { n: cartCount })}</b>`;
  return `${out}</a> </div> `;
}

function navigation(site, active) {
  let out = '<nav class="main-nav"><ul> ';
  for (const { id, href, label } of site.Nav) {
    out += ` <li${id === active ? ' class="on"' : ""}><a href="${href}"${id === active ? ' aria-current="true"' : ""}>${escapeHtml(label)}</a></li> `;
  }
  return `${out} </ul></nav> `;
}

function footer(site, page) {
  let out = "</main> ";
  if (site.Features.newsletter && page.section !== "checkout") out += newsletter(site);
  out += ' <footer class="foot"> <div class="foot__cols"> <div><h4>Shop</h4><ul>';
  for (const { href, label } of site.Nav.slice(0, 5)) out += `<li><a href="${href}">${escapeHtml(label)}</a></li>`;
  out += `</ul></div> <div><h4>Service</h4><ul> <li><a href="/help#shipping">Shipping</a></li><li><a href="/help#returns">Returns</a></li> <li><a href="/terms">Terms</a></li><li><a href="mailto:${site.ShopMail}">${site.ShopMail}</a></li></ul></div> <div><h4>Language</h4><ul class="langs"> `;
  for (const { code, name } of site.Languages) {
    if (code === site.lang) out += `<li><b>${name}</b></li>`;
    else out += `<li><a href="?lang=${code}" hreflang="${code}">${name}</a></li>`;
  }
  return `${out}</ul></div> </div> <p class="legal">&copy; 2006–2009 ${site.ShopName}. All prices include VAT. </p> </footer> ${scripts(site, page)} </body> </html> `;
}

function newsletter(site) {
  const value = site.user ? ` value="${escapeHtml(site.user.mail)}"` : "";
  return `<form class="newsletter" method="post" action="/newsletter"> <h3>Every Thursday: ten books worth your time</h3> <label>E-mail <input type="email" name="mail"${value} required></label> <button>Subscribe</button> </form> `;
}

function scripts(site, page) {
  let out = `<script>
  window.shop = {
    lang:    ${JSON.stringify(site.lang)},
    static:  ${JSON.stringify(site.StaticUrl)},
    section: ${JSON.stringify(page.section)},
    cart:    ${site.cartCount ?? 0},
    // nested array literals need an escaped opening bracket
    grid:    [[1, 2], [3, 4]],
    maxQty:  ${site.MaxQty}
  };
  (function (d) {
    var s = d.createElement("script");
    s.async = true; s.src = shop.static + "/js/shop.js?${site.BuildStamp}";
    d.body.appendChild(s);
  })(document);
</script> `;
  for (const script of page.scripts) out += `<script src="${site.StaticUrl}/js/${script}.js" defer></script>`;
  return `${out} `;
}

function crumbs(trail) {
  let out = '<nav class="crumbs" aria-label="Breadcrumb"><ol>';
  for (let index = 0; index < trail.length; index++) {
    const { label, href } = trail[index];
    if (index === trail.length - 1) out += `<li aria-current="page">${escapeHtml(label)}</li>`;
    else out += `<li><a href="${href}">${escapeHtml(label)}</a></li>`;
  }
  return `${out}</ol></nav>`;
}

function stars(tenths) {
  let out = `<span class="stars" role="img" aria-label="${Math.trunc(tenths / 10)}.${tenths % 10} of 5">`;
  for (const name of text.starClasses(tenths)) out += `<i class="${name}"></i>`;
  return `${out}</span>`;
}

function price(site, { cents, oldCents }) {
  if (!oldCents || oldCents <= cents) return ` <span class="price">${text.money(cents, site.lang)}</span> `;
  return ` <span class="price price--sale"><del>${text.money(oldCents, site.lang)}</del> <ins>${text.money(cents, site.lang)}</ins> <span class="badge badge--sale">&minus;${text.percentOff(oldCents, cents)}&nbsp;%</span></span> `;
}

function stockBadge(site, n) {
  if (n <= 0) return `<span class="stock stock--out">${t(site, "out")}</span>`;
  if (n < 4) return `<span class="stock stock--few">${t(site, "few")} (${n})</span>`;
  return `<span class="stock">${t(site, "instock")}</span>`;
}

function cover(site, book, size) {
  const { width, height } = text.COVER_SIZES[size];
  const content = book.cover
    ? image(site, `covers/${book.id}-${size}.jpg`, book.title, width, height)
    : `<span class="cover__blank" style="width:${width}px;height:${height}px">${escapeHtml(text.initials(book.title))}</span>`;
  return `<a class="cover cover--${size}" href="/book/${book.id}/${slug(book.title)}">${content}</a>`;
}

function image(site, source, alternative, width, height) {
  return `<img src="${site.StaticUrl}/${source}" width="${width}" height="${height}" alt="${escapeHtml(alternative)}" loading="lazy">`;
}

function card(site, book) {
  return ` <article class="${text.cls(["card", text.only(book.oldCents, "card--sale"), text.only(book.stock === 0, "card--gone")])}" data-id="${book.id}"> ${cover(site, book, "m")} <h3 class="card__title"><a href="/book/${book.id}/${slug(book.title)}">${escapeHtml(book.title)}</a></h3> <p class="card__by">${t(site, "by")} <a href="/author/${slug(book.author)}">${escapeHtml(book.author)}</a></p> ${stars(book.rating)} ${price(site, book)}${stockBadge(site, book.stock)} </article> `;
}

function shelf(site, title, books) {
  let out = `<section class="shelf"><h2>${escapeHtml(title)}</h2><div class="shelf__row">`;
  for (const book of books) out += card(site, book);
  return `${out}</div></section>`;
}

function hiddenFields(pairs) {
  let out = "";
  for (const [name, value] of pairs) {
    out += `<input type="hidden" name="${name}" value="${text.hiddenEscape(value)}">`;
  }
  return out;
}

function facts(rows) {
  let out = '<dl class="facts">';
  for (const [name, value] of rows) if (value != null) out += `<dt>${name}</dt><dd>${value}</dd>`;
  return `${out}</dl>`;
}

function reviewSummary(reviews) {
  const { average, rows } = text.reviewSummary(reviews);
  let out = `<div class="revsum"><b>${average}</b> (${text.plural(reviews.length, "review", "reviews")})<table>`;
  for (const { stars: count, width, count: given } of rows) {
    out += `<tr><th>${count}</th><td><div class="bar" style="width:${width}%"></div></td><td>${given}</td></tr>`;
  }
  return `${out}</table></div>`;
}

function reviewPart(site, review, own) {
  let out = `<div class="review${text.only(own, " review--own")}" id="r${review.id}"> ${stars(review.stars * 10)} <b>${escapeHtml(review.title)}</b> <p class="review__meta">${escapeHtml(review.who)}, <time datetime="${text.isoDate(review.at)}">${text.longDate(site, review.at)}</time></p> <blockquote>${paragraphs(review.text)}</blockquote> `;
  if (review.of > 0) {
    out += `<small>${review.helpful} / ${review.of} found this helpful (${Math.trunc((review.helpful * 100) / review.of)}&nbsp;%)</small>`;
  }
  out += own
    ? ` <a href="/review/${review.id}/edit">Edit</a>`
    : ` <a href="/review/${review.id}/report" rel="nofollow">Report</a>`;
  return `${out} </div> `;
}

function paragraphs(value) {
  let out = "";
  for (const paragraph of text.paragraphs(value)) {
    out += `<p>${escapeHtml(paragraph).replace(/\r?\n/g, "<br>\n")}</p> `;
  }
  return out;
}

function pagination(site, base) {
  const { numbers, last, current, previous, next } = text.pages(site);
  if (last < 2) return "";
  let out = '<nav class="pager"><ul>';
  if (current > 1) {
    out += `<li class="pager__prev"><a rel="prev" href="${base}page=${previous}">${t(site, "prev")}</a></li>`;
  }
  for (const number of numbers) {
    if (number === null) out += '<li class="pager__gap">&hellip;</li>';
    else if (number === current) out += `<li><strong aria-current="page">${number}</strong></li>`;
    else out += `<li><a href="${base}page=${number}">${number}</a></li>`;
  }
  if (current < last) {
    out += `<li class="pager__next"><a rel="next" href="${base}page=${next}">${t(site, "next")}</a></li>`;
  }
  return `${out}</ul></nav>`;
}
