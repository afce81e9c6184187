package org.libdealer;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A message to a person, or to another party through the host.
 *
 * @param id the message
 * @param uid the same over all stores, for receivers that see it twice
 * @param event what happened
 * @param document the document's id
 * @param person the person's id, 0 for another party
 * @param name the person's name, or null
 * @param party the other party, or null
 * @param en the text
 * @param zh the same in Chinese
 * @param at when
 * @param read whether the person has read it
 * @param type of the document, or null of a digest
 * @param documents that a digest is about
 * @param code of the person, as the configuration has it, or null
 * @param attempts how often it was leased
 * @param failure why the last attempt failed, or null
 */
public record Message(long id, String uid, String event, long document, long person, String name, String party, String en, String zh, Instant at,
    boolean read, String type, List<Long> documents, String code, int attempts, String failure) {
    static Message of(Map<String, Object> row) {
        Map<String, Object> text = Json.map(row.get("text"));
        return new Message(Json.number(row.get("id")), Json.text(row.get("uid")), Json.text(row.get("event")), Json.number(row.get("document")),
            Json.number(row.get("person")), Json.text(row.get("name")), Json.text(row.get("party")), Json.text(text.get("en")),
            Json.text(text.get("zh")), Instant.ofEpochMilli(Json.number(row.get("at"))), row.get("read") == Boolean.TRUE,
            Json.text(row.get("type")), row.get("documents") instanceof List<?> list ? list.stream().map(Json::number).toList() : List.of(), Json.text(row.get("code")),
            (int) Json.number(row.get("attempts")), Json.text(row.get("failure")));
    }
}
