package org.libdealer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.libdealer.examples.Year;

/** A small year at a dealer, and the page that the other languages also print of it. */
class YearTest {
    private static final Path FOLDER = Path.of(System.getProperty("repository.root"), "examples", "year");

    @Test
    @DisplayName("a small year gives the page that C and Python print")
    void smallYear() throws IOException, InterruptedException {
        Process script = new ProcessBuilder("python3", FOLDER.resolve("make_year.py").toString(), "--documents", "2000", "--seed", "12").start();
        try (Year year = new Year(null); BufferedReader lines = new BufferedReader(new InputStreamReader(script.getInputStream(), StandardCharsets.UTF_8))) {
            year.play(lines);
            assertEquals(0, script.waitFor());
            year.check();
            for (String language : new String[] {"zh", "en"}) {
                ByteArrayOutputStream page = new ByteArrayOutputStream();
                year.print(new PrintStream(page, true, StandardCharsets.UTF_8), FOLDER.resolve("page.json"), language.equals("zh"));
                assertEquals(Files.readString(FOLDER.resolve("small." + language + ".txt")), page.toString(StandardCharsets.UTF_8));
            }
        }
    }
}
