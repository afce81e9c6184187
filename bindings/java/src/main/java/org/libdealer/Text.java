package org.libdealer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Texts as the library has them: UTF-8 bytes. JNI's own strings are not UTF-8 outside the basic plane. */
final class Text {
    private Text() {
    }

    static String of(byte[] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    /** Lone surrogates are refused; a NUL is the library's to refuse, since a length goes along. */
    static byte[] utf8(String text) {
        Objects.requireNonNull(text, "text");
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT).encode(CharBuffer.wrap(text));
            byte[] exact = new byte[bytes.remaining()];
            bytes.get(exact);
            return exact;
        } catch (CharacterCodingException error) {
            throw Failures.invalid("a text has a lone surrogate, which is no character", "文本含有孤立的代理码元，不是有效字符");
        }
    }

    /** For what ends with a NUL in C. */
    static byte[] plain(String text) {
        if (text.indexOf('\0') >= 0) {
            throw Failures.invalid("a text has a NUL character", "文本含有 NUL 字符");
        }
        return utf8(text);
    }

    static byte[] plainOrNull(String text) {
        return text == null ? null : plain(text);
    }
}
