using QDiff.Engine.OpenQasm;

namespace QDiff.Engine.Tests.OpenQasm;

/// <summary>
/// Files that were valid once, and then had bytes flipped, words swapped, lines lost or doubled: whatever comes out is a program, or the
/// reader's own exception with a place inside of the file.
/// </summary>
public class ReaderFuzzTests
{
    private const int Files = 100_000;
    private const int Seed = 20_261;

    private static readonly OpenQasmReaderOptions Options = new() { MaximumInstructions = 2000 };

    private static readonly string[] Corpus =
    [
        QasmRun.Two + """
            gate mine(a,b) x1,y1 { u3(a,b/2,-pi) x1; cx x1,y1; barrier x1,y1; U(0,0,a^2) y1; }
            opaque dark(t) z1;
            qreg q[3]; qreg r[2]; creg c[3];
            h q; mine(0.3,sin(pi/4)) q[0],q[2]; cx q[0],r[1];
            cu3(1,2,3) q[1],q[2]; c3x q[0],q[1],q[2],r[0];
            barrier q; reset r[0];
            measure q -> c;
            if(c==5) x q[0];
            """,
        QasmRun.Three + """
            input float theta; input angle[20] phi;
            const int n = 3; int k = 1;
            gate mine(t) a, b { ctrl @ rx(t) a, b; inv @ s a; for int i in [0:1] { pow(2) @ t b; } gphase(-t / 2); }
            qubit[n] q; qubit anc; bit[n] c; bit d = measure anc;
            let pair = q[0:1] ++ anc;
            for int i in [0:n - 1] { h q[i]; k += i * 2; }
            mine(theta * 2 + π) q[0], q[1];
            negctrl(2) @ pow(1/2) @ x q[0], q[1], q[2];
            """,
        QasmRun.Three + """
            qubit[2] q; bit[2] c;
            c[0] = measure q[0];
            if (c[0] == 1 && !(c == 2)) { x q[1]; } else if (c[1]) { reset q; } else { h q; }
            for uint j in {0, 1} { rz(arccos(0.5) ** 2) q[j]; }
            barrier q[0], q[-1];
            ctrl @ inv @ U(0.1, 1e-3, tau) q[0], q[1];
            measure q -> c;
            """,
        "OPENQASM 3;\n/* a comment */ pragma x y\n@note\nqubit[4] q;\nU(0, 0, 0x1F + 0b10) q[{0, 3}]; gphase(pi); // end\nbool b = true || false;\nif (b) { U(1,2,3) q[0]; }\n",
        "OPENQASM 3.1; include 'stdgates.inc'; x $0; cx $0, $3; cswap $1, $2, $4; bit b; b = measure $3;",
    ];

    private static readonly string[] Words =
    [
        "(", ")", "[", "]", "{", "}", ";", ",", ":", "->", "==", "=", "@", "++", "**", "-", "*", "/", "%", "!", "~", "<<", "&&", "||", "^", "0", "1", "-1", "2", "64",
        "9223372036854775807", "1e308", "0.5", "pi", "q", "c", "a", "theta", "ctrl @", "negctrl(3) @", "inv @", "pow(0.3) @", "pow(1e8) @", "if (c)", "else", "for int i in [0:3]",
        "measure", "reset", "barrier", "gate g a", "let z1 =", "const int m =", "qubit[5]", "bit[70]", "gphase(1)", "\"01\"", "$2", "#pragma", "/*", "\"", "é", "\0", "\n", "include", "OPENQASM",
    ];

    [Fact]
    public void Read_OfAHundredThousandBrokenFiles_FailsWithItsOwnErrorAlone()
    {
        foreach (string text in Corpus)
        {
            OpenQasmReader.Read(text, new OpenQasmReaderOptions());
        }

        int read = 0, refused = 0;
        Parallel.For(0, Files, index =>
        {
            string text = Mutated(index);
            try
            {
                OpenQasmReader.Read(text, Options);
                Interlocked.Increment(ref read);
            }
            catch (OpenQasmException e)
            {
                string[] lines = text.Split('\n');
                bool inside = e.Line >= 1 && e.Line <= lines.Length && e.Column >= 1 && e.Column <= lines[e.Line - 1].Length + 1 && e.Message.Length > 0;
                Assert.True(inside, $"File {index}: '{e.Message}' is said to be in line {e.Line}, column {e.Column}, which is outside of\n{text}");
                Interlocked.Increment(ref refused);
            }
            catch (Exception e)
            {
                Assert.Fail($"File {index}: {e}\n{text}");
            }
        });

        // Both happen often, or the mutations test nothing.
        Assert.True(read > Files / 50 && refused > Files / 2, $"{read} files were read, {refused} refused.");
    }

    private static string Mutated(int index)
    {
        var random = new Random(Seed + index);
        var text = new System.Text.StringBuilder(Corpus[random.Next(Corpus.Length)]);
        for (int edits = random.Next(1, 4); edits > 0 && text.Length > 0; edits--)
        {
            int at = random.Next(text.Length);
            int length = Math.Min(random.Next(1, 30), text.Length - at);
            switch (random.Next(11))
            {
                case 0:
                    text[at] = (char)(text[at] ^ (1 << random.Next(7)));
                    break;
                case 1:
                    text[at] = (char)random.Next(32, 127);
                    break;
                case 2:
                    text.Remove(at, length);
                    break;
                case 3:
                    text.Insert(at, text.ToString(at, length));
                    break;
                case 4:
                    text.Length = at;
                    break;
                case 5:
                    text.Insert(at, " " + Words[random.Next(Words.Length)] + " ");
                    break;
                case 6:
                    text.Remove(at, Math.Min(length, 3)).Insert(at, Words[random.Next(Words.Length)]);
                    break;
                case 7:
                    // A number changes.
                    int digit = text.ToString().IndexOfAny([.. "0123456789"], at);
                    if (digit >= 0)
                    {
                        text[digit] = (char)('0' + random.Next(10));
                    }

                    break;
                case 8:
                    // A statement is lost or said twice.
                    string[] statements = text.ToString().Split(';');
                    int which = random.Next(statements.Length);
                    statements[which] = random.Next(2) == 0 ? "" : $"{statements[which]};{statements[which]}";
                    text.Clear().AppendJoin(';', statements.Where((statement, i) => i != which || statement.Length > 0));
                    break;
                default:
                    // Two words change places.
                    string[] words = text.ToString().Split(' ');
                    (int a, int b) = (random.Next(words.Length), random.Next(words.Length));
                    (words[a], words[b]) = (words[b], words[a]);
                    text.Clear().AppendJoin(' ', words);
                    break;
            }
        }

        return text.ToString();
    }
}
