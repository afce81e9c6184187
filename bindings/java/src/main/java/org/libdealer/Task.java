package org.libdealer;

import java.time.Instant;
import java.util.Map;

/**
 * What a person is asked to decide.
 *
 * @param id the task
 * @param document the document's id
 * @param type the document's type
 * @param number the document's number
 * @param en the title of the step
 * @param zh the same in Chinese
 * @param since when it was opened
 * @param data all that the library tells of it
 */
public record Task(long id, long document, String type, String number, String en, String zh, Instant since, Map<String, Object> data) {
    static Task of(Map<String, Object> row) {
        Map<String, Object> title = Json.map(row.get("title"));
        return new Task(Json.number(row.get("id")), Json.number(row.get("document")), Json.text(row.get("type")), Json.text(row.get("number")),
            Json.text(title.get("en")), Json.text(title.get("zh")), Instant.ofEpochMilli(Json.number(row.get("since"))), row);
    }
}
