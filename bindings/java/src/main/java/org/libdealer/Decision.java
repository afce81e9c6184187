package org.libdealer;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A verdict as data, with its reasons.
 *
 * @param outcome how it fell
 * @param reasons why
 * @param en the decision in words
 * @param zh the same in Chinese
 * @param data all of it: amounts, adjustments, near misses, who is awaited; money is {@link Money}, per cents are basis points
 */
public record Decision(Outcome outcome, List<Reason> reasons, String en, String zh, Map<String, Object> data) {

    /** One reason; {@code data} has all that the library tells of it. */
    public record Reason(String id, String en, String zh, Map<String, Object> data) {
    }

    /** Whether what was asked is allowed or done: {@link Outcome#YES} or {@link Outcome#REFERRED}. */
    public boolean isYes() {
        return outcome == Outcome.YES || outcome == Outcome.REFERRED;
    }

    /** From what the native layer gives: JSON, English, Chinese. */
    static Decision of(Consumer<byte[][]> call) {
        byte[][] parts = new byte[3][];
        call.accept(parts);
        Map<String, Object> data = Json.map(parts[0]);
        List<Reason> reasons = Json.maps(data.get("reasons")).stream()
            .map(reason -> new Reason(Json.text(reason.get("id")), Json.text(reason.get("en")), Json.text(reason.get("zh")), reason)).toList();
        return new Decision(Outcome.of(Json.text(data.get("outcome"))), reasons, Text.of(parts[1]), Text.of(parts[2]), data);
    }
}
