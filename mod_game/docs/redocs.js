/* Starts ReDoc on the document of this server. */
"use strict";

if (window.Redoc) {
    window.Redoc.init("openapi.json", { hideDownloadButtons: true },
                      document.getElementById("ui"));
}
