using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Check = QDiff.Portable.Torch.Tests.NN.Check;

namespace QDiff.Portable.Torch.Tests.Optim;

[Collection(DefaultGenerator.Name)]
public class OptimizerTests
{
    private const int Count = 13;

    public static TheoryData<string> Kinds => new("Adam", "Adam amsgrad decay", "Adam maximize", "AdamW", "AdamW amsgrad", "SGD", "SGD momentum", "SGD nesterov", "SGD dampening maximize");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Step_FiveTimes_FollowsThePublishedFormula(string kind)
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { float64, float32 })
        {
            double[] p = Check.Values(1, Count), m = new double[Count], v = new double[Count], greatest = new double[Count];
            var parameter = new Parameter(tensor(p, dtype: type));
            using var optimizer = Make(kind, [parameter]);
            for (var t = 1; t <= 5; t++)
            {
                var g = Check.Values(10 + t, Count);
                parameter.grad = tensor(g, dtype: type);
                Assert.Null(optimizer.step());
                for (var i = 0; i < Count; i++)
                {
                    switch (kind)
                    {
                        case "Adam": Adam(i, g[i], 0.1, 0.9, 0.999, 0, 0, false); break;
                        case "Adam amsgrad decay": Adam(i, g[i], 0.05, 0.8, 0.99, 0.1, 0, true); break;
                        case "Adam maximize": Adam(i, -g[i], 0.1, 0.9, 0.999, 0, 0, false); break;
                        case "AdamW": Adam(i, g[i], 0.1, 0.9, 0.999, 0, 0.2, false); break;
                        case "AdamW amsgrad": Adam(i, g[i], 0.1, 0.7, 0.9, 0, 0.2, true); break;
                        case "SGD": p[i] -= 0.1 * (g[i] + (0.3 * p[i])); break;
                        case "SGD momentum":
                            m[i] = (0.9 * m[i]) + g[i];
                            p[i] -= 0.1 * m[i];
                            break;
                        case "SGD nesterov":
                            m[i] = (0.9 * m[i]) + g[i];
                            p[i] -= 0.1 * (g[i] + (0.9 * m[i]));
                            break;
                        default:
                            m[i] = t == 1 ? g[i] : (0.9 * m[i]) + (0.6 * g[i]);
                            p[i] += 0.1 * m[i];
                            break;
                    }
                }
                Check.Close(p, parameter, type == float64 ? 1e-12 : 2e-6);

                void Adam(int i, double gradient, double lr, double beta1, double beta2, double decay, double decoupled, bool amsgrad)
                {
                    gradient += decay * p[i];
                    p[i] -= lr * decoupled * p[i];
                    m[i] = (beta1 * m[i]) + ((1 - beta1) * gradient);
                    v[i] = (beta2 * v[i]) + ((1 - beta2) * gradient * gradient);
                    greatest[i] = Math.Max(greatest[i], v[i]);
                    var second = (amsgrad ? greatest[i] : v[i]) / (1 - Math.Pow(beta2, t));
                    p[i] -= lr * m[i] / (1 - Math.Pow(beta1, t)) / (Math.Sqrt(second) + 1e-8);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void SavedState_LoadedIntoANewOptimizer_GoesOnBitForBit(string kind)
    {
        using var scope = NewDisposeScope();
        Tensor Run(bool restart)
        {
            Parameter[] parameters = [new(Check.Random(1, 40_000).to(float32)), new(Check.Random(2, 3).to(float32)), new(Check.Random(3, 2).to(float32))];
            var optimizer = Make(kind, parameters);
            for (var t = 0; t < 6; t++)
            {
                if (t == 3 && restart)
                {
                    using var stream = new MemoryStream();
                    optimizer.save_state_dict(new BinaryWriter(stream));
                    optimizer.Dispose();
                    parameters = [.. parameters.Select(p => new Parameter(p.detach().clone()))];
                    optimizer = Make(kind, parameters);
                    stream.Position = 0;
                    optimizer.load_state_dict(new BinaryReader(stream));
                }
                parameters[0].grad = Check.Random(10 + t, 40_000).to(float32);
                parameters[1].grad = Check.Random(20 + t, 3).to(float32);
                optimizer.step();
                optimizer.ParamGroups.First().LearningRate *= 0.9;
            }
            return cat(parameters);
        }
        Assert.Equal(Run(false).data<float>().ToArray(), Run(true).data<float>().ToArray());
    }

    [Fact]
    public void StateDict_OfAdam_HoldsTheLiveStatesInOrder()
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [new(zeros(2)), new(zeros(3))];
        using var optimizer = optim.Adam([new Adam.ParamGroup([parameters[0]], lr: 0.5), new Adam.ParamGroup { Parameters = [parameters[1]] }], lr: 0.25);
        parameters[1].grad = ones(3);
        optimizer.step();
        var state = optimizer.state_dict();
        Assert.Equal([0.5, 0.25], state.Options.Select(o => o.LearningRate!.Value));
        Assert.Equal([[0], [1]], state.StateIndexRef);
        var second = Assert.IsType<Adam.State>(state.State[1]);
        Assert.Equal(0, ((Adam.State)state.State[0]).step);
        Assert.Equal(1, second.step);
        Check.Close([0.1, 0.1, 0.1], second.exp_avg, 1e-6);
        Check.Close([0.001, 0.001, 0.001], second.exp_avg_sq, 1e-6);
        using var other = optim.Adam([new Adam.ParamGroup { Parameters = [new(zeros(2))] }, new Adam.ParamGroup { Parameters = [new(zeros(3))] }]);
        other.load_state_dict(state);
        Assert.True(other.state_dict().State[1].ApproximatelyEquals(second));
        Assert.Equal([0.5, 0.25], other.ParamGroups.Select(g => g.LearningRate));
    }

    [Fact]
    public void LoadState_OfAnotherOptimizer_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream();
        using var adam = optim.Adam([new Parameter(zeros(2))]);
        adam.save_state_dict(new BinaryWriter(stream));
        stream.Position = 0;
        using var sgd = optim.SGD([new Parameter(zeros(2))], 0.1);
        Assert.Throws<InvalidDataException>(() => sgd.load_state_dict(new BinaryReader(stream)));
        stream.Position = 0;
        using var larger = optim.Adam([new Parameter(zeros(2)), new Parameter(zeros(2))]);
        Assert.Throws<ArgumentException>(() => larger.load_state_dict(new BinaryReader(stream)));
        stream.Position = 0;
        using var wider = optim.Adam([new Parameter(zeros(3))]);
        Assert.Throws<ArgumentException>(() => wider.load_state_dict(new BinaryReader(stream)));
    }

    [Fact]
    public void ZeroGrad_KeepsTheGradientAsZeros()
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(ones(2));
        using var optimizer = optim.SGD([parameter], 0.1);
        (parameter * 3).sum().backward();
        optimizer.zero_grad();
        Check.Close([0, 0], parameter.grad!);
        (parameter * 3).sum().backward();
        Check.Close([3, 3], parameter.grad!);
    }

    [Fact]
    public void Step_WithClosure_ReturnsItsLoss()
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(tensor(new[] { 2f }));
        using var optimizer = optim.SGD([parameter], 0.25);
        using var guard = no_grad();
        var loss = optimizer.step(() =>
        {
            var value = parameter.square().sum();
            value.backward();
            return value;
        });
        Assert.Equal(4, loss!.ToSingle());
        Check.Close([1], parameter);
    }

    [Fact]
    public void Step_BetweenForwardAndBackward_IsNoticed()
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(ones(2));
        using var optimizer = optim.SGD([parameter], 0.1);
        var early = parameter.square().sum();
        var late = parameter.square().sum();
        early.backward();
        optimizer.step();
        Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => late.backward());
    }

    [Fact]
    public void Constructors_SettingsOutOfRange_AreRefused()
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [new(ones(1))];
        Assert.Throws<ArgumentException>(() => optim.Adam(parameters, lr: -1));
        Assert.Throws<ArgumentException>(() => optim.AdamW(parameters, beta1: 1));
        Assert.Throws<ArgumentException>(() => optim.SGD(parameters, 0.1, nesterov: true));
    }

    [Fact]
    public void Training_OfASmallNetwork_LearnsAnExactLine()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        using var net = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 1));
        using var optimizer = optim.AdamW(net.parameters(), lr: 0.02);
        var x = rand(64, 2);
        var y = (x.select(1, 0) - (2 * x.select(1, 1))).unsqueeze(1);
        float last = 0;
        for (var i = 0; i < 400; i++)
        {
            using var step = NewDisposeScope();
            optimizer.zero_grad();
            var loss = nn.functional.mse_loss(net.call(x), y);
            loss.backward();
            optimizer.step();
            last = loss.ToSingle();
        }
        Assert.InRange(last, 0, 1e-3f);
    }

    private static OptimizerHelper Make(string kind, IEnumerable<Parameter> parameters) => kind switch
    {
        "Adam" => optim.Adam(parameters, 0.1),
        "Adam amsgrad decay" => optim.Adam(parameters, 0.05, 0.8, 0.99, weight_decay: 0.1, amsgrad: true),
        "Adam maximize" => optim.Adam(parameters, 0.1, maximize: true),
        "AdamW" => optim.AdamW(parameters, 0.1, weight_decay: 0.2),
        "AdamW amsgrad" => optim.AdamW(parameters, 0.1, 0.7, 0.9, weight_decay: 0.2, amsgrad: true),
        "SGD" => optim.SGD(parameters, 0.1, weight_decay: 0.3),
        "SGD momentum" => optim.SGD(parameters, 0.1, 0.9),
        "SGD nesterov" => optim.SGD(parameters, 0.1, 0.9, nesterov: true),
        _ => optim.SGD(parameters, 0.1, 0.9, 0.4, maximize: true),
    };
}
