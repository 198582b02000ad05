using QDiff.Engine.Chips;

namespace QDiff.Engine.Tests.Chips;

public class ChipLineTests
{
    // A 3 × 3 grid with one coupling missing and a tail.
    private static readonly (int, int)[] Grid = [(0, 1), (1, 2), (3, 4), (4, 5), (6, 7), (7, 8), (0, 3), (1, 4), (3, 6), (4, 7), (5, 8), (8, 9)];

    [Fact]
    public void Best_OfEveryLength_IsTheBestOfAllLines()
    {
        for (var seed = 0; seed < 5; seed++)
        {
            var chip = TestChips.Random(seed, 10, Grid);
            for (var length = 1; length <= 10; length++)
            {
                var expected = AllLines(length).Select(line => Score(chip, line)).Max();
                var best = ChipLine.Best(chip, length);
                Assert.Equal(length, best.Qubits.Length);
                Assert.Equal(expected, best.Score, Tolerances.ClosedForm);
                Assert.Equal(best.Score, Score(chip, [.. best.Qubits]), Tolerances.ClosedForm);
                Assert.True(length == 1 || best.Qubits[0] < best.Qubits[^1]);
            }
        }
    }

    [Fact]
    public void Best_LongerThanTheChip_IsRefusedWithTheLongest() =>
        Refusal.Says("'tiny' has no line of 6 coupled qubits; the longest has 5.", () => ChipLine.Best(TestChips.Tiny, 6));

    [WukongFact]
    public void Best_OnTheWukongCalibration_IsThatOfAnIndependentSearch()
    {
        // Scores and lines found by going through all simple paths in another language.
        var chip = ChipProfile.Parse(File.ReadAllText(WukongFactAttribute.Path));
        AssertLine(5, 0.5693953501500941, [19, 25, 26, 20, 21]);
        AssertLine(10, 0.2503549184397103, [54, 60, 61, 62, 56, 57, 58, 64, 70, 69]);
        AssertLine(16, 0.04077777200100248, [10, 4, 3, 2, 8, 7, 13, 19, 25, 26, 20, 21, 27, 28, 29, 35]);
        Refusal.Says("'Wukong 72' has no line of 20 coupled qubits; the longest has 19.", () => ChipLine.Best(chip, 20));

        void AssertLine(int length, double score, int[] qubits)
        {
            var best = ChipLine.Best(chip, length);
            Assert.Equal(qubits, best.Qubits.AsEnumerable());
            Assert.Equal(score, best.Score, Tolerances.ClosedForm);
        }
    }

    private static double Score(ChipProfile chip, int[] line)
    {
        var score = chip.Qubits[line[0]].ReadoutFidelity;
        for (var i = 1; i < line.Length; i++)
        {
            score *= chip.Coupling(line[i - 1], line[i])!.Fidelity * chip.Qubits[line[i]].ReadoutFidelity;
        }

        return score;
    }

    // Every simple path, by trying every next qubit.
    private static IEnumerable<int[]> AllLines(int length)
    {
        IEnumerable<int[]> lines = Enumerable.Range(0, 10).Select(qubit => new[] { qubit });
        for (var i = 1; i < length; i++)
        {
            lines = lines.SelectMany(line => Enumerable.Range(0, 10)
                .Where(next => !line.Contains(next) && (Grid.Contains((line[^1], next)) || Grid.Contains((next, line[^1]))))
                .Select(next => (int[])[.. line, next]));
        }

        return lines;
    }
}
