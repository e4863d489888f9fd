// The profile page: choosing which part of a photo is one's picture, and the keys of the player.
import { watchPicture } from "./profile/picture.js";
import { showKeys } from "./profile/keys.js";

watchPicture(document.querySelector("form[data-picture]"));
showKeys(document.querySelector("[data-keyring]"));
