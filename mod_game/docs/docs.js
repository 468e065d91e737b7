/* Starts Swagger UI on the document of this server. */
"use strict";

(function () {
    var scheme = "CustomOAuth2AuthorizationCodeBearer";
    var ui;

    /* a provider's public client, when the server names one: no secret */
    function signIn() {
        var client = ui.specSelectors.specJson().getIn(
            ["components", "securitySchemes", scheme, "x-client-id"]);

        if (client) {
            ui.initOAuth({
                clientId: client,
                scopes: "openid profile email",
                usePkceWithAuthorizationCodeGrant: true
            });
        }
    }

    if (!window.SwaggerUIBundle) {
        return;
    }
    ui = window.SwaggerUIBundle({
        url: "openapi.json",
        dom_id: "#ui",
        deepLinking: true,
        validatorUrl: null,
        oauth2RedirectUrl: new URL("docs/oauth2-redirect",
                                   window.location.href).href,
        presets: [
            window.SwaggerUIBundle.presets.apis,
            window.SwaggerUIBundle.SwaggerUIStandalonePreset
        ].filter(Boolean),
        onComplete: signIn
    });
}());
