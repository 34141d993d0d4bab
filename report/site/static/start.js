// Starts the page: the last of the scripts.
document.documentElement.classList.add("js");
findLists((list) => writeAddress(list.anchor));
offerDownloads();
offerCopies();
explainPoints();
followAddress();
addEventListener("hashchange", followAddress);
