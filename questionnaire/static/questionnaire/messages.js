// Screen readers read a status out when it changes, and few of them one that came with the page.
for (const message of document.querySelectorAll(".messages p")) setTimeout(() => message.firstChild.appendData("\u00a0"), 300);
