using System.Text.Json;

namespace QDiff.Cli.Tests;

public class BenchCommandTests
{
    private static readonly string[] s_small = ["--qubits", "3", "--layers", "2", "--batch", "8", "--repeat", "1"];

    [Theory]
    [InlineData("throughput", "W1", "float")]
    [InlineData("gradient", "W2", "float")]
    [InlineData("gradient", "W2", "double")]
    [InlineData("density", "W3", "float")]
    [InlineData("trajectories", "W4", "float")]
    public void Bench_AsJson_IsOneLineWithTheFigures(string workload, string name, string precision)
    {
        string output = CommandRunner.Run(["bench", workload, "--json", "--precision", precision, .. s_small]).Done().Output;
        using JsonDocument json = JsonDocument.Parse(Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        JsonElement root = json.RootElement;
        Assert.Equal(name, root.GetProperty("workload").GetString());
        Assert.Equal(precision, root.GetProperty("precision").GetString());
        Assert.True(root.GetProperty("circuits_per_s").GetDouble() > 0);
        Assert.True(root.GetProperty("peak_fma_per_s").GetDouble() > 0);
        Assert.InRange(root.GetProperty("share_of_peak").GetDouble(), double.Epsilon, 1);
        Assert.Equal(workload is "gradient" or "density", root.TryGetProperty("gradients_per_s", out _));
        Assert.Equal(workload == "density", root.TryGetProperty("ms_per_circuit", out _));
    }

    [Theory]
    [InlineData("throughput", 1)]
    [InlineData("gradient", 1)]
    [InlineData("scaling", 2)]
    public void Bench_OnTwoDevices_HasTheFiguresOfBothWithTheirOwnLimits(string workload, int sizes)
    {
        string[] size = workload == "scaling" ? ["--qubits", "3,4", "--layers", "2", "--repeat", "1"] : s_small;
        string[] lines = CommandRunner.Run(["bench", workload, "--device", "cpu,ilgpu-cpu", "--json", .. size]).Done().Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        JsonElement[] rows = [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(
            [.. Enumerable.Repeat("cpu", sizes), .. Enumerable.Repeat("ilgpu-cpu", sizes)], rows.Select(row => row.GetProperty("device").GetString()!));
        Assert.All(rows, row => Assert.InRange(row.GetProperty("floor_seconds").GetDouble(), double.Epsilon, 1));
        Assert.NotEqual(rows[0].GetProperty("peak_fma_per_s").GetDouble(), rows[^1].GetProperty("peak_fma_per_s").GetDouble());
        Assert.NotEqual("", rows[^1].GetProperty("model").GetString());
    }

    [Fact]
    public void Bench_OnAListWithAnUnknownDevice_IsRefused()
    {
        CommandResult result = CommandRunner.Run(["bench", "throughput", "--device", "cpu,abacus", .. s_small]);
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("qdiff: There is no device 'abacus';", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Bench_AsCsv_IsALineOfNamesAndOneOfValues()
    {
        string[] lines = CommandRunner.Run(["bench", "throughput", "--csv", .. s_small]).Done().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        string[] names = lines[0].Split(','), values = lines[1].Split(',');
        Assert.Equal(names.Length, values.Length);
        Assert.Equal("W1", values[Array.IndexOf(names, "workload")]);
        Assert.Equal("8", values[Array.IndexOf(names, "batch")]);
    }

    [Theory]
    [InlineData("gradient-variance --share 0.001", 20, "circuit,parameters,shots,", "\"4 qubits, 3 layers\",24,100,2,")]
    [InlineData("coherent-batching --repeat 1", 5, "samples,levels,executions,", "1,50,1,50,")]
    public void Bench_OfSeveralResults_HasALineOfValuesForEachInCsvAndAnObjectInJson(string bench, int results, string names, string values)
    {
        string[] csv = CommandRunner.Run(["bench", .. bench.Split(' '), "--csv"]).Done().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1 + results, csv.Length);
        Assert.StartsWith(names, csv[0], StringComparison.Ordinal);
        Assert.EndsWith(",version", csv[0], StringComparison.Ordinal);
        Assert.StartsWith(values, csv[1], StringComparison.Ordinal);
        string[] json = CommandRunner.Run(["bench", .. bench.Split(' '), "--json"]).Done().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(results, json.Length);
        Assert.All(json, line => Assert.Equal(csv[0].Split(','), JsonDocument.Parse(line).RootElement.EnumerateObject().Select(property => property.Name)));
    }

    [Theory]
    [InlineData("throughput")]
    [InlineData("gradient")]
    public void Bench_Explained_NamesPassesOperationsBytesAndBinding(string workload)
    {
        string output = CommandRunner.Run(["bench", workload, "--explain", .. s_small]).Done().Output;
        Assert.Matches(@"The plan makes \d+ passes over the 8 amplitudes of a state", output);
        Assert.Matches(@"Arithmetic alone takes [\d.]+ µs at the measured peak; a state took [\d.]+ µs", output);
        Assert.Matches(@"read and write [\d.]+ MB", output);
        Assert.Matches(@"Binding the parameters anew .+ took [\d.]+ µs a batch", output);
    }

    [Fact]
    public void Bench_OfDensityMatrices_NamesPassesOperationsAndBytes()
    {
        string output = CommandRunner.Run(["bench", "density", "--explain", .. s_small]).Done().Output;
        Assert.Matches(@"W3: 3 qubits, 2 layers, batch 8, float, cpu, \d+ threads", output);
        Assert.Matches(@"[\d.]+ ms a circuit, [\d,]+ circuits/s \(median; .+\); [\d.]+ ms with its gradient", output);
        Assert.Matches(@"The plan makes \d+ passes over the 64 Pauli coefficients", output);
        Assert.Matches(@"read and write [\d.]+ MB", output);
    }

    [Fact]
    public void Bench_AsText_NamesTheMedianTheSpreadAndThePeak()
    {
        string output = CommandRunner.Run(["bench", "throughput", .. s_small]).Done().Output;
        Assert.Matches(@"W1: 3 qubits, 2 layers, batch 8, float, cpu, \d+ threads", output);
        Assert.Matches(@"[\d,]+ circuits/s \(median; slowest [\d,]+, fastest [\d,]+\)", output);
        Assert.Matches(@"\d+\.\d % of the measured peak of [\d.]+ G multiply-adds/s", output);
    }

    [Fact]
    public void Bench_GradientVariance_PrintsATableAndDrawsIt()
    {
        using var folder = new TemporaryFolder();
        string output = CommandRunner.Run("bench", "gradient-variance", "--share", "0.001", "--picture", folder.File("v.svg")).Done().Output;
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2 + (4 * 5), lines.Length);
        Assert.All(lines[2..], line => Assert.Matches(@"^\| (4|10) qubits, .+ \| [\d,]+ \| \d\.\d\de-?\d+ \| .* \|$", line));
        string picture = File.ReadAllText(folder.File("v.svg"));
        Assert.Equal(12, picture.Split("<polyline").Length - 1);
        Assert.Equal("svg", System.Xml.Linq.XDocument.Parse(picture).Root!.Name.LocalName);
    }

    [Fact]
    public void Bench_CoherentBatching_PrintsTheExecutionsAndTheTimes()
    {
        string output = CommandRunner.Run("bench", "coherent-batching", "--repeat", "1").Done().Output;
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2 + 5, lines.Length);
        Assert.All(lines[2..], line => Assert.Matches(@"^\| \d+ \| 1 \| \d+\.\d \| 50 \| \d+\.\d \| -?\d+ % \|$", line));
    }

    [Fact]
    public void Bench_Scaling_HasARowForEverySizeAndDrawsBothPanelsWithTheirFloors()
    {
        using var folder = new TemporaryFolder();
        string output = CommandRunner.Run("bench", "scaling", "--qubits", "2..4", "--layers", "2", "--repeat", "1", "--json", "--plot", folder.File("s.svg")).Done().Output;
        JsonElement[] rows = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal([2, 3, 4], rows.Select(row => row.GetProperty("qubits").GetInt32()));
        Assert.All(rows, row =>
        {
            double seconds = row.GetProperty("seconds").GetDouble();
            Assert.InRange(row.GetProperty("share_of_floor").GetDouble(), double.Epsilon, 1);
            Assert.Equal(Math.Pow(2, row.GetProperty("qubits").GetInt32()) / seconds, row.GetProperty("amplitudes_per_s").GetDouble(), 1e-3);
            Assert.True(row.GetProperty("copy_bytes_per_s").GetDouble() > 0);
        });
        string picture = File.ReadAllText(folder.File("s.svg"));
        Assert.Equal(4, picture.Split("<polyline").Length - 1);
        Assert.Equal(6, picture.Split("<circle").Length - 1);
        Assert.Equal("svg", System.Xml.Linq.XDocument.Parse(picture).Root!.Name.LocalName);
    }

    [Theory]
    [InlineData("--qubits 5..3", "'--qubits' needs a range A..B, a list A,B,… or a whole number, all from 1 to 30; got '5..3'.")]
    [InlineData("--qubits 2..31", "got '2..31'")]
    [InlineData("--qubits 2,x", "got '2,x'")]
    [InlineData("--qubits 4 --qubits 5", "'--qubits' was given 2 values (4, 5); give it one.")]
    [InlineData("--plot x.png", "'--plot' draws SVG and needs a name that ends in .svg; got 'x.png'.")]
    [InlineData("--json --csv", "'--json' and '--csv' ask for different forms; give one of them.")]
    [InlineData("--batch 0", "'--batch' needs a whole number from 1 to 1000000; got '0'.")]
    [InlineData("--threads 5000", "'--threads' needs a whole number from 1 to 1024; got '5000'.")]
    public void Bench_ScalingOfNonsense_IsRefused(string line, string sentence) => Assert.Contains(
        sentence, CommandRunner.Run(["bench", "scaling", .. line.Split(' ')]).Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);

    [Theory]
    [InlineData("--qubits 2,30 --batch 1000000")]
    [InlineData("--batch 1000000")]
    public void Bench_ScalingBeyondTheMemory_IsRefusedBeforeTheFirstSize(string line)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        string refusal = CommandRunner.Run(["bench", "scaling", .. line.Split(' ')]).Refusal(ExitCode.Failed);
        Assert.Matches(@"^1000000 state\(s\) of \d+ qubits need [\d,.]+ GiB and this machine has [\d,.]+; ask for fewer qubits or a smaller batch\.", refusal);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 60);
    }

    [Theory]
    [InlineData("throughput --qubits 24 --batch 1000000", "There is not enough memory for this; use fewer qubits, a smaller batch or fewer samples.")]
    [InlineData("trajectories --qubits 24 --batch 1000000", "There is not enough memory for this; use fewer qubits, a smaller batch or fewer samples.")]
    public void Bench_BeyondTheMemory_IsRefused(string line, string sentence) =>
        Assert.Contains(sentence, CommandRunner.Run(["bench", .. line.Split(' ')]).Refusal(ExitCode.Failed), StringComparison.Ordinal);

    [Theory]
    [InlineData("throughput --batch 0", "'--batch' needs a whole number from 1 to 1000000; got '0'.")]
    [InlineData("gradient --qubits 25", "'--qubits' needs a whole number from 1 to 24; got '25'.")]
    [InlineData("density --threads 0", "'--threads' needs a whole number from 1 to 1024; got '0'.")]
    [InlineData("training --batch 0", "'--batch' needs a whole number from 1 to 1000000; got '0'.")]
    [InlineData("coherent-batching --threads 99999", "'--threads' needs a whole number from 1 to 1024; got '99999'.")]
    [InlineData("gradient-variance --json --csv", "'--json' and '--csv' ask for different forms; give one of them.")]
    public void Bench_OfNonsense_IsRefused(string line, string sentence) => Assert.Contains(
        sentence, CommandRunner.Run(["bench", .. line.Split(' ')]).Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);

    [Fact]
    public void Bench_PlotToAnUnwritablePlace_IsRefusedAndLeavesNothing()
    {
        using var folder = new TemporaryFolder();
        string missing = Path.Combine(folder.File("none"), "s.svg");
        Assert.Contains("its folder does not exist", CommandRunner.Run("bench", "scaling", "--plot", missing).Refusal(ExitCode.Failed), StringComparison.Ordinal);
        string taken = folder.File("taken.svg");
        Directory.CreateDirectory(taken);
        Assert.Contains("it is a folder; name a file", CommandRunner.Run("bench", "scaling", "--plot", taken).Refusal(ExitCode.Failed), StringComparison.Ordinal);
        Assert.Contains("it is a folder", CommandRunner.Run("bench", "gradient-variance", "--picture", taken).Refusal(ExitCode.Failed), StringComparison.Ordinal);
        Assert.Equal([taken], Directory.GetFileSystemEntries(Path.GetDirectoryName(taken)!));
    }
}
