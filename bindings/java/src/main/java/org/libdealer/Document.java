package org.libdealer;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.libdealer.internal.Native;

/**
 * A document of any type, a copy in memory: change its fields, then {@link #save} or {@link #submit}. {@link Kind} says which Java
 * type each kind of field has.
 */
public final class Document implements AutoCloseable {
    private final Session session;
    private final Handle handle;
    private DocumentType type;

    Document(Session session, long raw) {
        this.session = session;
        this.handle = new Handle(raw, Native::document_free, session.seams(), "document", "单据");
        this.type = session.type(handle.use(document -> Text.of(Native.document_type(document))));
    }

    Handle handle() {
        return handle;
    }

    /** Frees the copy in memory at once; what is stored stays. */
    @Override
    public void close() {
        handle.close();
    }

    // -- what every document has --

    /** The id; 0 before it is stored. */
    public long id() {
        return handle.use(Native::document_id);
    }

    /** The name of its type. */
    public String type() {
        return type.name();
    }

    /** The number, given at the first submit. */
    public Optional<String> number() {
        return Optional.ofNullable(handle.use(document -> Text.of(Native.document_number(document))));
    }

    /** How far it has come. */
    public DocumentStatus status() {
        return DocumentStatus.of(handle.use(document -> Text.of(Native.document_status(document))));
    }

    /** Grows by every change that is stored; 0 before the first. */
    public long version() {
        return handle.use(Native::document_version);
    }

    /** The session that it came from, and that acts on it. */
    public Session session() {
        return session;
    }

    @Override
    public String toString() {
        return "Document " + type() + (handle.isClosed() ? " (closed)" : " " + number().orElse("#" + id()) + " " + status());
    }

    // -- reading --

    /** Whether the field has a value. */
    public boolean has(String field) {
        return handle.use(document -> Native.document_has(document, Text.plain(field))) != 0;
    }

    /** The value of a field, of the type that its {@link Kind} says; empty without a value. */
    public Optional<Object> get(String field) {
        Kind kind = kind(field);
        try {
            return Optional.ofNullable(handle.use(document -> read(document, kind, field)));
        } catch (DealerException.NotFound empty) {
            return Optional.empty();
        }
    }

    private Object read(long document, Kind kind, String field) {
        byte[] name = Text.plain(field);
        if (kind == Kind.MONEY) {
            long[] minor = new long[1];
            byte[][] currency = new byte[1][];
            Native.document_money(document, minor, currency, name);
            return Money.ofMinor(minor[0], Text.of(currency[0]));
        }
        if (kind.isNumber()) {
            long[] number = new long[1];
            Native.document_integer(document, number, name);
            return kind == Kind.BOOLEAN ? (Object) (number[0] != 0) : type.fields().get(field).fromJson(number[0]);
        }
        byte[][] text = new byte[1][];
        Native.document_text(document, text, name);
        Object value = kind == Kind.LINES ? Json.read(text[0]) : Text.of(text[0]);
        return kind == Kind.UNKNOWN ? value : type.fields().get(field).fromJson(value);
    }

    private <T> Optional<T> get(String field, Class<T> wanted) {
        return get(field).map(value -> {
            if (!wanted.isInstance(value)) {
                throw Failures.invalid(type() + "." + field + " is of kind " + kind(field) + ", not a " + wanted.getSimpleName(),
                    type() + "." + field + " 的类别为 " + kind(field) + "，不是 " + wanted.getSimpleName());
            }
            return wanted.cast(value);
        });
    }

    /** A text, or the code of a choice. */
    public Optional<String> text(String field) {
        return get(field, String.class);
    }

    /** An integer, or the id of what is linked. */
    public Optional<Long> integer(String field) {
        return get(field, Long.class);
    }

    /** An amount. */
    public Optional<Money> money(String field) {
        return get(field, Money.class);
    }

    /** A percentage: 12.50 is 12.5 %. */
    public Optional<BigDecimal> percent(String field) {
        return get(field, BigDecimal.class);
    }

    /** A truth. */
    public Optional<Boolean> bool(String field) {
        return get(field, Boolean.class);
    }

    /** A day. */
    public Optional<LocalDate> date(String field) {
        return get(field, LocalDate.class);
    }

    /** An instant. */
    public Optional<Instant> instant(String field) {
        return get(field, Instant.class);
    }

    /** Lines; none is an empty list. */
    public List<Map<String, Object>> lines(String field) {
        return get(field, List.class).map(Json::maps).orElse(List.of());
    }

    /** All fields that have a value. */
    public Map<String, Object> toMap() {
        Map<String, Object> data = Json.map(toJsonBytes());
        Map<String, Object> result = new LinkedHashMap<>();
        data.forEach((name, value) -> {
            Field field = type.fields().get(name);
            if (!name.equals("type")) {
                result.put(name, field == null ? value : field.fromJson(value));
            }
        });
        return result;
    }

    /** The type and all fields that have a value, as the library's own JSON: money in minor units, per cents in basis points. */
    public String toJson() {
        return Text.of(toJsonBytes());
    }

    private byte[] toJsonBytes() {
        byte[][] out = new byte[1][];
        handle.run(document -> Native.document_to_json(document, out));
        return out[0];
    }

    // -- changing --

    /** Sets a field; null clears it. */
    public Document set(String field, Object value) {
        Objects.requireNonNull(field, "field");
        kind(field);
        Map<String, Object> one = new LinkedHashMap<>();
        one.put(field, value);
        return setAll(one);
    }

    /** Sets several fields; when one value is wrong, none is set. */
    public Document setAll(Map<String, ?> fields) {
        fields.keySet().forEach(this::kind);
        byte[] json = Json.write(Field.membersToJson(type.fields(), fields));
        handle.run(document -> Native.document_merge(document, json));
        return this;
    }

    /** Takes the value of a field away. */
    public Document clear(String field) {
        handle.run(document -> Native.document_clear(document, Text.plain(field)));
        return this;
    }

    /** Sets every member of a JSON object as {@link #toJson} writes it, or, when one is wrong, none. */
    public Document mergeJson(String json) {
        byte[] bytes = Text.utf8(json);
        handle.run(document -> Native.document_merge(document, bytes));
        return this;
    }

    private Kind kind(String field) {
        if (!type.fields().containsKey(field)) {
            type = session.renewedType(type.name());
        }
        Field found = type.fields().get(field);
        return found == null ? Kind.UNKNOWN : found.kind();
    }

    // -- acts --

    private void both(BiConsumer<Long, Long> call) {
        session.handle().run(acting -> handle.run(document -> call.accept(acting, document)));
    }

    /**
     * Moves a document that is not stored yet to another place where the person may enter it too.
     *
     * @param company a code
     * @param department a code, or null for none
     */
    public Document move(String company, String department) {
        both((acting, document) -> Native.document_set_place(acting, document, Text.plain(company), Text.plainOrNull(department)));
        return this;
    }

    /**
     * Stores it, as a new document or as a change.
     *
     * @throws DealerException.Conflict when somebody else changed it since it was read
     */
    public Document save() {
        both(Native::document_save);
        return this;
    }

    /** Deletes a draft that was never submitted; others are voided. */
    public void delete() {
        both(Native::document_delete);
    }

    /**
     * Stores and submits it: gates, complete fields, rules, then the approval in force. A decision that is no says that a rule refused or
     * failed, with its reasons; the document stays as it was.
     *
     * @throws DealerException.GateShut when what has to come before is missing
     * @throws DealerException.Invalid when fields are missing or wrong
     */
    public Decision submit() {
        return Decision.of(out -> both((acting, document) -> Native.document_submit(acting, out, document)));
    }

    /** Enters a trade-in directly: no application, no approval, marked as such for ever. */
    public Decision enter() {
        return Decision.of(out -> both((acting, document) -> Native.document_enter(acting, out, document)));
    }

    /** Takes back what the person himself submitted; it becomes a draft again. The comment may be null. */
    public Decision recall(String comment) {
        return Decision.of(out -> both((acting, document) -> Native.document_recall(acting, out, document, Text.plainOrNull(comment))));
    }

    /** A verb on its whole approval: terminate, suspend, resume, override, remind, comment. */
    public Decision act(String verb, Map<String, ?> arguments) {
        byte[] json = Json.write(arguments);
        return Decision.of(out -> both((acting, document) -> Native.document_act(acting, out, document, Text.plain(verb), json)));
    }

    /** The route that a submission would take now, node by node; nothing is written. */
    public List<Map<String, Object>> preview() {
        byte[][] out = new byte[1][];
        both((acting, document) -> Native.document_preview(acting, out, document));
        return Json.maps(out[0]);
    }

    /** The document's approval drawn: what is done, who is awaited; format is svg, mermaid or dot. */
    public String picture(String format, boolean chinese) {
        byte[][] out = new byte[1][];
        both((acting, document) -> Native.document_picture(acting, out, document, Text.plain(format), chinese ? 1 : 0));
        return new String(out[0], java.nio.charset.StandardCharsets.UTF_8);
    }

    /** Why these approvers, why others were skipped and, for an employee's code (may be null), why not he. */
    public Map<String, Object> explain(String person) {
        byte[][] out = new byte[1][];
        both((acting, document) -> Native.approval_explain(acting, out, document, Text.plainOrNull(person)));
        return Json.map(out[0]);
    }

    /** Everybody to whom the document was copied, and whether he has read it. */
    public List<Map<String, Object>> copies() {
        byte[][] out = new byte[1][];
        both((acting, document) -> Native.document_cc(acting, out, document));
        return Json.maps(out[0]);
    }

    /** Values a trade-in as its submission would, without writing. */
    public Decision value() {
        return Decision.of(out -> both((acting, document) -> Native.trade_in_value(acting, out, document)));
    }

    /** Voids it for good; refused while another living document stands on it. */
    public void makeVoid(String reason) {
        both((acting, document) -> Native.document_void(acting, document, Text.plain(reason)));
    }

    /** Reviews it, or takes the review back, where it is reviewed by finance or by the business function itself (field {@code review}). */
    public void review(boolean reviewed) {
        both((acting, document) -> Native.document_review(acting, document, reviewed ? 1 : 0));
    }

    /** Confirms a receipt, payment, refund or set-off, or takes that back, which leaves everything as it was before. */
    public void confirm(boolean confirmed) {
        both((acting, document) -> Native.document_confirm(acting, document, confirmed ? 1 : 0));
    }

    /** The other answer of such a review, with why: it is rejected, and may be amended and submitted again. */
    public void refuse(String comment) {
        both((acting, document) -> Native.document_refuse(acting, document, Text.plain(comment)));
    }

    /** Finance lock: it, and what is linked to it, takes no change from anyone. */
    public void setLocked(boolean locked) {
        both((acting, document) -> Native.document_set_locked(acting, document, locked ? 1 : 0));
    }

    /** Closes an open pre-order as lost. */
    public void lose(String reason) {
        both((acting, document) -> Native.pre_order_lose(acting, document, Text.plain(reason)));
    }

    /** Its whole story: awaited, history, decisions, sources. */
    public Map<String, Object> history() {
        return session.history(id());
    }
}
