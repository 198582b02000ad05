using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;
using System.Text.Json;
using QDiff.Engine.Backends;
using QDiff.Engine.Benchmarks;
using QDiff.Engine.Cpu;
using QDiff.Engine.Density;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;
using static TorchSharp.torch;

namespace QDiff.Bench;

/// <summary>
/// Compares each workload's share of the measured multiply-add peak with a recorded one: <c>guard FILE</c> fails below 70 % of it, <c>record FILE</c>
/// writes what this machine reaches.
/// </summary>
/// <remarks>
/// Made for machines that others use too. Everything runs on one thread and is timed by the processor time of this process, in short slices that
/// take turns with slices of the peak; the median of their ratios counts, and of several attempts the best. Shares are
/// recorded for each kind of processor and width of its vectors, and where there is no record for this one nothing is compared: another
/// balance of arithmetic and caches is another share.
/// </remarks>
internal static class ShareGuard
{
    private const double Tolerated = 0.7;
    private const int Attempts = 6;
    private const int Slices = 11;
    private const double SliceSeconds = 0.02;
    private const int Batch = 64;

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Compares with the shares in a file.</summary>
    /// <returns>0 when no share is below 70 % of the recorded one, else 1.</returns>
    public static int Check(string file)
    {
        if (!Read(file).TryGetValue(Processor, out SortedDictionary<string, double>? recorded))
        {
            Console.WriteLine($"No shares are recorded for {Processor}; nothing is compared.");
            return 0;
        }

        int slow = 0;
        Run((name, measure) =>
        {
            if (!recorded.TryGetValue(name, out double expected))
            {
                return;
            }

            double share = 0;
            for (int attempt = 0; attempt < Attempts && share < Tolerated * expected; attempt++)
            {
                share = Math.Max(share, measure());
            }

            bool isSlow = share < Tolerated * expected;
            slow += isSlow ? 1 : 0;
            Console.WriteLine(FormattableString.Invariant(
                $"{name}: {share:0.0 %} of the peak, recorded {expected:0.0 %}{(isSlow ? $": below {Tolerated:0 %} of it" : "")}"));
        });
        return slow > 0 ? 1 : 0;
    }

    /// <summary>Records this machine's shares for its vector width: the median of a few attempts.</summary>
    public static int Record(string file)
    {
        SortedDictionary<string, SortedDictionary<string, double>> all = File.Exists(file) ? Read(file) : [];
        var shares = new SortedDictionary<string, double>();
        Run((name, measure) =>
        {
            shares[name] = Math.Round(Enumerable.Range(0, Attempts).Select(_ => measure()).Order().ElementAt(Attempts / 2), 3);
            Console.WriteLine(FormattableString.Invariant($"{name}: {shares[name]:0.0 %} of the peak"));
        });
        all[Processor] = shares;
        File.WriteAllText(file, JsonSerializer.Serialize(all, s_json) + "\n");
        return 0;
    }

    /// <summary>Vendor, family and vector width, for example <c>AuthenticAMD family 26, 512 bits</c>.</summary>
    private static string Processor => FormattableString.Invariant($"{Family()}, {(int)CpuBackend.Widest} bits");

    private static string Family()
    {
        if (!X86Base.IsSupported)
        {
            return RuntimeInformation.ProcessArchitecture.ToString();
        }

        (_, int b, int c, int d) = X86Base.CpuId(0, 0);
        int signature = X86Base.CpuId(1, 0).Eax;
        int family = (signature >> 8) & 15;
        family += family == 15 ? (signature >> 20) & 255 : 0;
        string vendor = Encoding.ASCII.GetString(MemoryMarshal.AsBytes((ReadOnlySpan<int>)[b, d, c]));
        return FormattableString.Invariant($"{vendor} family {family}");
    }

    private static SortedDictionary<string, SortedDictionary<string, double>> Read(string file) =>
        JsonSerializer.Deserialize<SortedDictionary<string, SortedDictionary<string, double>>>(File.ReadAllText(file))!;

    /// <summary>Sets up one workload after the other and hands over its name and a way to measure its share.</summary>
    private static void Run(Action<string, Func<double>> visit)
    {
        set_num_threads(1);
        using var backend = new CpuBackend(new CpuOptions { Threads = 1 });
        Circuits(backend, visit);
        Density(backend, visit);
        Tensors(visit);
    }

    private static void Circuits(CpuBackend backend, Action<string, Func<double>> visit)
    {
        Plan plan = Planner.Plan(LayeredCircuit.Build(10, 15));
        Readout readout = LayeredCircuit.AllZ(10);
        using var states = StateVectorBatch<float>.Random(Batch, 10, 1);
        float[] angles = Angles(plan.Circuit.TrainableCount), values = new float[Batch * readout.Count], gradient = new float[angles.Length];
        float[] weights = [.. values.Select((_, i) => i % 7 - 3f)];
        visit("W1, 10 qubits", () => Share(
            (double)plan.ForwardOperations * Batch, () => backend.Run(plan, readout, new Bindings<float>(angles), Batch, values, states)));
        visit("W2, 10 qubits", () => Share((double)(plan.ForwardOperations + plan.BackwardOperations) * Batch, () =>
        {
            using AdjointTape<float> tape = backend.Forward(plan, readout, new Bindings<float>(angles), Batch, values, states);
            backend.Backward(tape, weights, gradient, []);
        }));
    }

    private static void Density(CpuBackend backend, Action<string, Func<double>> visit)
    {
        DensityPlan plan = DensityPlanner.Plan(LayeredCircuit.BuildNoisy(8, 15));
        Readout readout = LayeredCircuit.AllZ(8);
        float[] angles = Angles(plan.Program.TrainableCount), values = new float[readout.Count];
        visit("W3, 8 qubits", () => Share(plan.ForwardOperations, () => backend.Run(plan, readout, new Bindings<float>(angles), 1, values)));
    }

    private static void Tensors(Action<string, Func<double>> visit)
    {
        using var scope = NewDisposeScope();
        Tensor a = randn(512, 512), b = randn(512, 512);
        visit("product, 512 × 512", () => Share(Math.Pow(512, 3), () => a.mm(b).Dispose()));
        foreach (int stride in (int[])[1, 2])
        {
            Tensor images = randn(32, 64, 14, 14).requires_grad_(), weight = randn(64, 64, 3, 3).requires_grad_();
            Tensor result = nn.functional.conv2d(images, weight, strides: [stride, stride], padding: [1, 1]);
            Tensor gradient = randn_like(result);
            double operations = result.numel() * 64.0 * 9;
            visit($"convolution 3 × 3, stride {stride}, forward", () => Share(operations, () =>
            {
                using var none = no_grad();
                nn.functional.conv2d(images, weight, strides: [stride, stride], padding: [1, 1]).Dispose();
            }));
            visit($"convolution 3 × 3, stride {stride}, backward", () => Share(2 * operations, () =>
            {
                foreach (Tensor part in autograd.grad([result], [images, weight], [gradient], retain_graph: true))
                {
                    part.Dispose();
                }
            }));
        }
    }

    /// <summary>The median share of the peak over slices of work, each with the peak just before it.</summary>
    private static double Share(double operations, Action run)
    {
        Repeat(run);
        var shares = new double[Slices];
        for (int i = 0; i < Slices; i++)
        {
            double peak = MultiplyAddPeak.MeasureCaller(SliceSeconds / 2);
            shares[i] = operations / Repeat(run) / peak;
        }

        return shares.Order().ElementAt(Slices / 2);
    }

    private static double Repeat(Action run)
    {
        TimeSpan start = Environment.CpuUsage.TotalTime, spent;
        int runs = 0;
        do
        {
            run();
            runs++;
            spent = Environment.CpuUsage.TotalTime - start;
        }
        while (spent.TotalSeconds < SliceSeconds);
        return spent.TotalSeconds / runs;
    }

    private static float[] Angles(int count) => [.. Enumerable.Range(0, count).Select(i => (float)Math.Sin(1 + i))];
}
