package org.libdealer;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import org.libdealer.internal.Native;

/** An open store; any number of threads may use it, each with a session of its own. */
public final class Store implements AutoCloseable {
    private final Handle handle;
    private final Seams seams;
    private volatile Map<String, DocumentType> catalogue;

    private Store(String path, StoreOptions options) {
        byte[] name = Text.plain(path);
        seams = new Seams(options.clock(), options.random(), options.log());
        long[] out = new long[1];
        seams.take(); // so that the callbacks go when opening fails
        try {
            NativeOptions.Store given = new NativeOptions.Store(options.readOnly() ? 1 : 0, options.mustExist() ? 1 : 0,
                Math.toIntExact(options.busyTimeout().toMillis()), Text.plainOrNull(options.vfs()), options.journalKey(), seams.raw(), seams.hooks());
            Native.store_open(out, name, given);
            handle = new Handle(out[0], Native::store_close, seams, "store", "存储");
        } finally {
            seams.drop();
        }
    }

    /** Opens or creates a store. */
    public static Store open(Path path) {
        return open(path, StoreOptions.defaults());
    }

    /** Opens or creates a store. */
    public static Store open(Path path, StoreOptions options) {
        return new Store(path.toString(), options);
    }

    /** A store in memory that lives as long as this object. */
    public static Store inMemory(StoreOptions options) {
        return new Store(":memory:", options);
    }

    /** The version of the native library. */
    public static String libraryVersion() {
        return Text.of(Native.version());
    }

    Seams seams() {
        return seams;
    }

    Map<String, DocumentType> catalogue() {
        return catalogue;
    }

    void keep(Map<String, DocumentType> fresh) {
        catalogue = fresh;
    }

    void renew() {
        catalogue = null;
    }

    /** Closes the store. Sessions that are still there refuse every call with {@link DealerException.Misuse}. */
    @Override
    public void close() {
        handle.close();
    }

    /** Opens the session of an employee, by code. The host vouches for who it is. */
    public Session session(String person) {
        return new Session(this, opened((out, raw) -> Native.session_open(raw, out, Text.plain(person))));
    }

    /** Opens the session of a substitute, who acts for another who names him among his substitutes. */
    public Session substitute(String person, String forPerson) {
        return new Session(this, opened((out, raw) -> Native.session_open_as_substitute(raw, out, Text.plain(person), Text.plain(forPerson))));
    }

    /** Opens the system's session, for set-up, import and delivery. The reason goes to the journal. */
    public SystemSession system(String reason) {
        return new SystemSession(this, opened((out, raw) -> Native.session_open_system(raw, out, Text.plain(reason))));
    }

    private long opened(ObjLongConsumer<long[]> call) {
        long[] out = new long[1];
        handle.run(raw -> call.accept(out, raw));
        return out[0];
    }

    /** What this build and this store are made of. */
    public Map<String, Object> information() {
        byte[][] out = new byte[1][];
        handle.run(raw -> Native.store_information(raw, out));
        return Json.map(out[0]);
    }
}
