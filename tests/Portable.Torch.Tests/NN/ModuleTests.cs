using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace QDiff.Portable.Torch.Tests.NN;

[Collection(DefaultGenerator.Name)]
public class ModuleTests
{
    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        private readonly Linear first = nn.Linear(3, 4);
        private readonly ModuleList<Linear> rest = nn.ModuleList(nn.Linear(4, 4), nn.Linear(4, 2, hasBias: false));
        private readonly Parameter scale = new(ones(2));
        private readonly Tensor offset = zeros(2);
        private readonly Dropout dropout = nn.Dropout(0.5);
        private readonly long steps = 3;

        public Block()
            : base("block") => RegisterComponents();

        public int Calls { get; private set; }

        public override Tensor forward(Tensor input)
        {
            Calls++;
            using var hidden = first.call(input);
            using var second = rest[0].call(hidden);
            using var third = rest[1].call(second);
            using var scaled = third * scale;
            return dropout.call(scaled + offset + steps);
        }
    }

    [Fact]
    public void RegisterComponents_OfFields_NamesParametersBuffersAndModules()
    {
        using var scope = NewDisposeScope();
        using var block = new Block();
        Assert.Equal(["scale", "first.weight", "first.bias", "rest.0.weight", "rest.0.bias", "rest.1.weight"], block.named_parameters().Select(p => p.name));
        Assert.Equal(["offset"], block.named_buffers().Select(b => b.name));
        Assert.Equal(["first", "rest", "dropout"], block.named_children().Select(c => c.name));
        Assert.Equal(["first", "rest", "dropout", "rest.0", "rest.1"], block.named_modules().Select(c => c.name));
        Assert.Equal("block", block.GetName());
        Assert.True(block.has_parameter("rest.1.weight"));
        Assert.False(block.has_parameter("rest.1.bias"));
        Assert.Same(block.parameters().First(), block.get_parameter("scale"));
        Assert.All(block.parameters(), p => Assert.True(p.requires_grad));
    }

    [Fact]
    public void TrainAndEval_ReachEverySubmodule()
    {
        using var scope = NewDisposeScope();
        using var block = new Block();
        Assert.All(block.modules(), m => Assert.True(m.training));
        block.eval();
        Assert.False(block.training);
        Assert.All(block.modules(), m => Assert.False(m.training));
        using var x = ones(1, 3);
        Assert.Equal(Check.Elements(block.call(x)), Check.Elements(block.call(x)));
        block.train();
        Assert.All(block.modules(), m => Assert.True(m.training));
    }

    [Fact]
    public void StateDict_LoadedElsewhere_CopiesValuesInPlace()
    {
        using var scope = NewDisposeScope();
        using var source = new Block();
        using var target = new Block();
        var before = target.get_parameter("first.weight");
        var state = source.state_dict();
        Assert.Equal(7, state.Count);
        var (missing, unexpected) = target.load_state_dict(state);
        Assert.Empty(missing);
        Assert.Empty(unexpected);
        Assert.Same(before, target.get_parameter("first.weight"));
        foreach (var (name, value) in target.state_dict())
        {
            Assert.Equal(Check.Elements(state[name]), Check.Elements(value));
        }
    }

    [Fact]
    public void SaveAndLoad_ThroughAStream_KeepsEveryBit()
    {
        using var scope = NewDisposeScope();
        using var source = new Block();
        using var target = new Block();
        using var stream = new MemoryStream();
        source.save(new BinaryWriter(stream));
        stream.Position = 0;
        var loaded = new Dictionary<string, bool>();
        target.load(new BinaryReader(stream), loadedParameters: loaded);
        Assert.Equal(7, loaded.Count);
        foreach (var (name, value) in target.state_dict())
        {
            Assert.Equal(Check.Elements(source.state_dict()[name]), Check.Elements(value));
        }
        stream.Position = 0;
        using var other = nn.Linear(2, 2);
        Assert.Throws<ArgumentException>(() => other.load(new BinaryReader(stream)));
    }

    [Fact]
    public void LoadStateDict_OtherNames_IsRefusedUnlessNotStrict()
    {
        using var scope = NewDisposeScope();
        using var block = new Block();
        var state = new Dictionary<string, Tensor> { ["scale"] = full(2, 5.0f), ["stranger"] = ones(1) };
        Assert.Throws<InvalidOperationException>(() => block.load_state_dict(state));
        var (missing, unexpected) = block.load_state_dict(state, strict: false);
        Assert.Equal(["stranger"], unexpected);
        Assert.Equal(6, missing.Count);
        Assert.Equal([5.0, 5.0], Check.Elements(block.get_parameter("scale")!));
    }

    [Fact]
    public void To_AnotherType_ConvertsParametersBuffersGradientsAndFields()
    {
        using var scope = NewDisposeScope();
        using var block = new Block();
        block.eval();
        block.call(ones(1, 3)).sum().backward();
        block.to(float64);
        Assert.All(block.parameters(), p => Assert.Equal(float64, p.dtype));
        Assert.All(block.buffers(), b => Assert.Equal(float64, b.dtype));
        Assert.All(block.parameters(), p => Assert.Equal(float64, p.grad!.dtype));
        using var y = block.call(ones(1, 3, dtype: float64));
        Assert.Equal(float64, y.dtype);
    }

    [Fact]
    public void ZeroGrad_DropsOrZeroes()
    {
        using var scope = NewDisposeScope();
        using var block = new Block();
        block.call(ones(1, 3)).sum().backward();
        block.zero_grad(set_to_none: false);
        Assert.All(block.parameters(), p => Assert.All(Check.Elements(p.grad!), g => Assert.Equal(0, g)));
        block.zero_grad();
        Assert.All(block.parameters(), p => Assert.Null(p.grad));
    }

    [Fact]
    public void Apply_VisitsChildrenFirst()
    {
        using var scope = NewDisposeScope();
        using var net = nn.Sequential(("a", nn.Linear(1, 1)), ("b", nn.ReLU()));
        var names = new List<string>();
        net.apply(m => names.Add(m.GetName()));
        Assert.Equal(["Linear", "ReLU", "Sequential"], names);
    }

    [Fact]
    public void Hooks_RunAroundForward_AndCanBeRemoved()
    {
        using var scope = NewDisposeScope();
        using var linear = nn.Linear(2, 2);
        var before = linear.register_forward_pre_hook((_, x) => x * 0);
        linear.register_forward_hook((_, _, y) => y + 1);
        Check.Close([.. Check.Elements(linear.bias!).Select(b => b + 1)], linear.call(ones(1, 2)), 1e-6);
        before.remove();
        Assert.NotEqual(Check.Elements(linear.bias!)[0] + 1, Check.Elements(linear.call(ones(1, 2)))[0], 1e-7);
        Check.Close(Check.Elements(nn.functional.linear(ones(1, 2), linear.weight, linear.bias)), linear.forward(ones(1, 2)), 1e-7);
    }

    [Fact]
    public void RegisterParameter_TakenName_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var linear = nn.Linear(2, 2);
        Assert.Throws<InvalidOperationException>(() => linear.register_parameter("weight", new Parameter(ones(1))));
        Assert.Throws<ArgumentException>(() => linear.register_module("a.b", nn.ReLU()));
        Assert.Throws<InvalidOperationException>(() => nn.ReLU().register_buffer("b", ones(1)));
    }

    [Fact]
    public void Dispose_OfAModule_DisposesItsTensors()
    {
        using var scope = NewDisposeScope();
        var net = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2));
        Tensor[] tensors = [.. net.state_dict().Values];
        Assert.Equal(7, tensors.Length);
        net.Dispose();
        Assert.All(tensors, t => Assert.True(t.IsInvalid));
    }

    [Fact]
    public void Layers_MadeInADisposeScope_OutliveIt()
    {
        Linear linear;
        BatchNorm1d norm;
        using (NewDisposeScope())
        {
            linear = nn.Linear(2, 2);
            norm = nn.BatchNorm1d(2);
        }
        Assert.False(linear.weight.IsInvalid);
        Assert.False(norm.running_mean!.IsInvalid);
        linear.Dispose();
        norm.Dispose();
    }

    [Fact]
    public void Parameter_TakesTheTensorOver()
    {
        var data = ones(2);
        using var parameter = new Parameter(data);
        Assert.True(data.IsInvalid);
        Assert.True(parameter.requires_grad);
        Assert.True(parameter.is_leaf);
    }

    [Fact]
    public void Sequential_Slices_ShareModules()
    {
        using var scope = NewDisposeScope();
        using var net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1));
        var tail = net[1..];
        Assert.Equal(2, tail.Count);
        Assert.Same(net[2], tail[1]);
        Assert.Equal(["0.weight", "0.bias", "2.weight", "2.bias"], net.named_parameters().Select(p => p.name));
        var x = Check.Random(3, 4, 2).to(float32);
        var expected = net[2].call(nn.functional.relu(net[0].call(x)));
        Check.Close(Check.Elements(expected), net.call(x), 1e-6, [4, 1]);
    }

    [Fact]
    public void ParameterList_NamesByPlace()
    {
        using var scope = NewDisposeScope();
        using var list = nn.ParameterList(new Parameter(ones(1)), new Parameter(zeros(2)));
        list.append(new Parameter(ones(3)));
        Assert.Equal(["0", "1", "2"], list.named_parameters().Select(p => p.name));
        Assert.Equal(3, list.get_parameter("2")!.numel());
    }

    [Theory]
    [InlineData(64, 100)]
    [InlineData(7, 300)]
    public void Linear_NewWeights_AreUniformWithinOneOverRootFanIn(int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(11);
        using var linear = nn.Linear(inputs, outputs);
        var bound = 1 / Math.Sqrt(inputs);
        foreach (var values in new[] { Check.Elements(linear.weight), Check.Elements(linear.bias!) })
        {
            Assert.All(values, v => Assert.InRange(v, -bound, bound));
            // The variance of a uniform number is bound²/3; its estimate from n numbers has relative deviation √(0.8/n).
            var variance = values.Sum(v => v * v) / values.Length;
            Assert.InRange(variance / (bound * bound / 3), 1 - (5 * Math.Sqrt(0.8 / values.Length)), 1 + (5 * Math.Sqrt(0.8 / values.Length)));
        }
    }

    [Fact]
    public void Conv2d_NewWeights_AreUniformWithinOneOverRootFanIn()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(12);
        using var layer = nn.Conv2d(8, 16, 3);
        var bound = 1 / Math.Sqrt(72);
        var values = Check.Elements(layer.weight);
        Assert.All(values, v => Assert.InRange(v, -bound, bound));
        Assert.InRange(values.Max(), 0.98 * bound, bound);
        Assert.Equal([16L, 8L, 3L, 3L], layer.weight.shape);
        using var transposed = nn.ConvTranspose2d(8, 16, 3);
        Assert.Equal([8L, 16L, 3L, 3L], transposed.weight.shape);
    }

    [Fact]
    public void Init_Fillers_HaveTheirDeviation()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(13);
        const double tolerance = 0.04;
        double Deviation(Tensor t) => Math.Sqrt(Check.Elements(t).Average(v => v * v));
        Assert.Equal(Math.Sqrt(2.0 / 200), Deviation(nn.init.kaiming_uniform_(empty(100, 200))), tolerance * Math.Sqrt(2.0 / 200));
        Assert.Equal(Math.Sqrt(2.0 / 100), Deviation(nn.init.kaiming_normal_(empty(100, 200), mode: nn.init.FanInOut.FanOut)), tolerance * 0.15);
        Assert.Equal(Math.Sqrt(2.0 / 300), Deviation(nn.init.xavier_uniform_(empty(100, 200))), tolerance * 0.1);
        Assert.Equal(2 * Math.Sqrt(2.0 / 300), Deviation(nn.init.xavier_normal_(empty(100, 200), 2)), tolerance * 0.2);
        Assert.Equal(0.3, Deviation(nn.init.normal_(empty(20000), 0, 0.3)), tolerance * 0.3);
        Assert.Equal(1 / Math.Sqrt(3), Deviation(nn.init.uniform_(empty(20000), -1, 1)), tolerance);
        Assert.Equal([4.0, 4.0], Check.Elements(nn.init.constant_(empty(2), 4)));
        Assert.Equal([1.0, 1.0], Check.Elements(nn.init.ones_(empty(2))));
        Assert.Equal([0.0, 0.0], Check.Elements(nn.init.zeros_(empty(2))));
        Assert.Equal((18L, 45L), nn.init.CalculateFanInAndFanOut(empty(5, 2, 3, 3)));
        Assert.Throws<ArgumentException>(() => nn.init.kaiming_uniform_(empty(3)));
    }

    [Fact]
    public void ClipGradNorm_ScalesToTheGreatestNorm_AndReturnsTheOldOne()
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [new(zeros(2)), new(zeros(1)), new(zeros(3))];
        parameters[0].grad = tensor(new[] { 3f, 0f });
        parameters[1].grad = tensor(new[] { -4f });
        Assert.Equal(5, nn.utils.clip_grad_norm_(parameters, 2), 6);
        Check.Close([1.2, 0], parameters[0].grad!, 1e-6);
        Check.Close([-1.6], parameters[1].grad!, 1e-6);
        Assert.Equal(2, nn.utils.clip_grad_norm_(parameters, 10), 5);
        Check.Close([1.2, 0], parameters[0].grad!, 1e-6);
        Assert.Equal(1.6, nn.utils.clip_grad_norm_(parameters, 10, double.PositiveInfinity), 5);
        nn.utils.clip_grad_value_(parameters, 0.5);
        Check.Close([0.5, 0], parameters[0].grad!, 1e-6);
        Check.Close([-0.5], parameters[1].grad!, 1e-6);
    }
}
