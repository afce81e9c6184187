package org.libdealer;

import java.time.Instant;
import java.util.Map;

/**
 * A message that is this deliverer's until the lease ends.
 *
 * @param message its id
 * @param lease to report with
 * @param attempt 1 at first
 * @param until when the next deliverer may fetch it
 * @param cloudEvent CloudEvents 1.0; its {@code id} stays the same in all attempts
 */
public record Lease(long message, String lease, int attempt, Instant until, Map<String, Object> cloudEvent) {
    static Lease of(Map<String, Object> row) {
        return new Lease(Json.number(row.get("message")), Json.text(row.get("lease")), (int) Json.number(row.get("attempt")),
            Instant.ofEpochMilli(Json.number(row.get("until"))), Json.map(row.get("cloud_event")));
    }
}
