package org.libdealer;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A document type of the catalogue.
 *
 * @param name its name
 * @param en its label in English
 * @param zh its label in Chinese
 * @param prefix of its numbers
 * @param record a record (customer, machine), not a request
 * @param own declared by the dealer
 * @param fields all its fields by name, the common ones first
 */
public record DocumentType(String name, String en, String zh, String prefix, boolean record, boolean own, Map<String, Field> fields) {

    static Map<String, DocumentType> all(Map<String, Object> catalogue) {
        Map<String, DocumentType> types = new LinkedHashMap<>();
        Map<String, Field> common = Field.all(Json.maps(catalogue.get("common")));
        for (Map<String, Object> item : Json.maps(catalogue.get("types"))) {
            Map<String, Field> fields = new LinkedHashMap<>(common);
            fields.putAll(Field.all(Json.maps(item.get("fields"))));
            String name = Json.text(item.get("name"));
            types.put(name, new DocumentType(name, Json.text(item.get("en")), Json.text(item.get("zh")), Json.text(item.get("prefix")),
                item.get("record") == Boolean.TRUE, item.get("own") == Boolean.TRUE, Map.copyOf(fields)));
        }
        return types;
    }
}
