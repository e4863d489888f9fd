//# allFunctionsCalledOnLoad
try{let t=localStorage.getItem("practika-theme");t&&(document.documentElement.dataset.theme=t)}catch{}
