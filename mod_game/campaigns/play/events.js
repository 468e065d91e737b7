/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The analytics events that a manifest lists, for whoever embeds the page:
 * a `campaign_event` on this window and, in a frame, a message to the page
 * around it. Nothing is sent anywhere else.
 */
import { campaignId } from "./api.js";

/* The origin of the page around this one, as far as the browser tells it */
function outside() {
    if (window.parent === window) {
        return null;
    }
    try {
        return window.location.ancestorOrigins?.[0] ??
            new URL(document.referrer).origin;
    } catch {
        return null;
    }
}

/* tell(name, more): once for each time it happened; once(name): first time */
export function makeEvents(analytics) {
    const listed = new Set(analytics?.enabled === true &&
        Array.isArray(analytics.events) ? analytics.events : []);
    const target = outside();
    const told = new Set();

    function tell(event, more = {}) {
        if (!listed.has(event)) {
            return;
        }
        const detail = { event, campaignId, at: new Date().toISOString(),
                         trackingId: analytics.tracking_id ?? null, ...more };

        window.dispatchEvent(new CustomEvent("campaign_event", { detail }));
        if (target && target !== "null") {
            window.parent.postMessage({ type: "campaign_event", ...detail },
                                      target);
        }
    }

    return {
        tell,
        once(event, more) {
            if (!told.has(event)) {
                told.add(event);
                tell(event, more);
            }
        }
    };
}
