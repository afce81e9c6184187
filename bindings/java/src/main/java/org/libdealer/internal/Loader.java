package org.libdealer.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Loads the native library: from the file that {@code -Ddealer.lib.path} names, else from {@code java.library.path}, else out of the
 * jar, unpacked into a directory of its own ({@code -Ddealer.tmpdir}, default the user's cache) under a name that has its hash.
 */
final class Loader {
    private static final String NAME = "dealer_jni";

    private Loader() {
    }

    static void load() {
        String given = System.getProperty("dealer.lib.path");
        if (given != null) {
            Path path = Path.of(given);
            System.load((Files.isDirectory(path) ? path.resolve(fileName()) : path).toAbsolutePath().toString());
            return;
        }
        try {
            System.loadLibrary(NAME);
        } catch (UnsatisfiedLinkError notInstalled) {
            unpackAndLoad(notInstalled);
        }
    }

    private static String fileName() {
        return "lib" + NAME + ".so";
    }

    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return system.replace(' ', '_') + "-" + (machine.equals("amd64") ? "x86_64" : machine);
    }

    private static void unpackAndLoad(UnsatisfiedLinkError notInstalled) {
        String resource = "/META-INF/native/" + platform() + "/" + fileName();
        try (InputStream stream = Loader.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw failed("the jar has no " + resource + ", and java.library.path has no " + fileName(), notInstalled);
            }
            byte[] bytes = stream.readAllBytes();
            System.load(unpack(bytes).toString());
        } catch (IOException | UnsatisfiedLinkError error) {
            throw failed("could not unpack and load " + resource + ": " + error.getMessage()
                + "; name a directory where programs may run by -Ddealer.tmpdir, or the library by -Ddealer.lib.path", error);
        }
    }

    private static UnsatisfiedLinkError failed(String message, Throwable cause) {
        if (cause instanceof UnsatisfiedLinkError known && known.getMessage() != null && known.getMessage().startsWith("libdealer: ")) {
            return known;
        }
        UnsatisfiedLinkError error = new UnsatisfiedLinkError("libdealer: " + message);
        error.initCause(cause);
        return error;
    }

    /** The file with these bytes; who comes second, or finds it there from the last time, uses it as it is if it is the same. */
    private static Path unpack(byte[] bytes) throws IOException {
        Path folder = directory();
        Files.createDirectories(folder);
        Path target = folder.resolve(hash(bytes) + "-" + fileName()).toAbsolutePath();
        if (Files.isRegularFile(target) && java.util.Arrays.equals(Files.readAllBytes(target), bytes)) {
            return target;
        }
        Path fresh = Files.createTempFile(folder, "unpacking", ".so");
        try {
            Files.write(fresh, bytes);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
        return target;
    }

    private static Path directory() {
        String given = System.getProperty("dealer.tmpdir");
        if (given != null) {
            return Path.of(given);
        }
        String cache = System.getenv("XDG_CACHE_HOME");
        Path base = cache != null && !cache.isBlank() ? Path.of(cache) : Path.of(System.getProperty("user.home"), ".cache");
        return base.resolve("libdealer").resolve("jni");
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)).substring(0, 32);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
