using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Portable.Torch.Tests.Autograd;

public class AutogradRulesTests
{
    [Fact]
    public void Leaf_ChangedInPlaceWhileRecording_IsRefused()
    {
        using var scope = NewDisposeScope();
        var x = ones(3, requires_grad: true);
        var error = Assert.Throws<ExternalException>(() => x.add_(1));
        Assert.Contains("leaf", error.Message);
        Assert.Throws<ExternalException>(() => x[0] = tensor(2f));
        using (no_grad())
        {
            x.add_(1);
        }

        Assert.Equal([2f, 2f, 2f], x.data<float>().ToArray());
        Assert.True(x.is_leaf && x.requires_grad);
    }

    [Fact]
    public void View_ChangedInPlaceWhileRecording_IsRefused()
    {
        using var scope = NewDisposeScope();
        var y = ones(2, 3, requires_grad: true) * 2;
        var error = Assert.Throws<ExternalException>(() => y[0].mul_(2));
        Assert.Contains("view", error.Message);
    }

    [Fact]
    public void SavedTensor_ChangedBeforeBackward_IsReported()
    {
        using var scope = NewDisposeScope();
        var x = ones(3, requires_grad: true);
        var y = x * 2;
        var loss = (y * y).sum();
        y.add_(1);
        var error = Assert.Throws<ExternalException>(() => loss.backward());
        Assert.Contains("in-place", error.Message);
        Assert.Null(x.grad);
    }

    [Fact]
    public void NoGrad_RecordsNothing_AndEnableGradRecordsInsideIt()
    {
        using var scope = NewDisposeScope();
        var x = ones(3, requires_grad: true);
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            Assert.False((x * 2).requires_grad);
            using (enable_grad())
            {
                Assert.True((x * 2).requires_grad);
            }

            Assert.False((x * 2).requires_grad);
        }

        using (inference_mode())
        {
            Assert.True(is_inference_mode_enabled());
            Assert.False((x * 2).requires_grad);
        }

        Assert.True((x * 2).requires_grad);
    }

    [Fact]
    public void NoGrad_OnOneThread_LeavesOthersAlone()
    {
        using var off = no_grad();
        var enabled = false;
        var other = new Thread(() => enabled = is_grad_enabled());
        other.Start();
        other.Join();
        Assert.True(enabled);
    }

    [Fact]
    public void Detach_SharesMemoryWithoutHistory()
    {
        using var scope = NewDisposeScope();
        var x = ones(3, requires_grad: true);
        var y = x.detach();
        Assert.False(y.requires_grad);
        y.add_(1);
        Assert.Equal([2f, 2f, 2f], x.data<float>().ToArray());
        var z = (x * 2).detach_();
        Assert.True(z.is_leaf && !z.requires_grad);
    }

    [Fact]
    public void RequiresGrad_OfIntegersOrOfResults_CannotBeSet()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ExternalException>(() => tensor([1L, 2L]).requires_grad_());
        var result = ones(2, requires_grad: true) * 2;
        Assert.Throws<ExternalException>(() => result.requires_grad = false);
    }

    [Fact]
    public void Backward_OfSeveralElements_NeedsAGradientOfTheSameShape()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, 3, requires_grad: true);
        var y = x * 2;
        Assert.Contains("[2, 3]", Assert.Throws<ExternalException>(() => y.backward()).Message);
        var wrong = Assert.Throws<ExternalException>(() => y.backward([ones(3)]));
        Assert.Contains("[3]", wrong.Message);
        Assert.Contains("[2, 3]", wrong.Message);
        y.backward([full([2, 3], 5f)]);
        Assert.All(x.grad!.data<float>().ToArray(), g => Assert.Equal(10f, g));
    }

    [Fact]
    public void Backward_OfATensorWithoutHistory_IsRefused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ExternalException>(() => ones(1).backward());
    }

    [Fact]
    public void Backward_WithInputs_FillsOnlyTheirGradients()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (ones(2, requires_grad: true), ones(2, requires_grad: true));
        (x * y).sum().backward(inputs: [x]);
        Assert.NotNull(x.grad);
        Assert.Null(y.grad);
    }

    [Fact]
    public void Grad_OfIntermediatesAndLeaves_LeavesGradAlone()
    {
        using var scope = NewDisposeScope();
        var x = tensor([1.0, 2.0], requires_grad: true);
        var y = x * x;
        var z = (y * 3).sum();
        var gradients = autograd.grad([z], [x, y]);
        Assert.Equal([6.0, 12.0], gradients[0].data<double>().ToArray());
        Assert.Equal([3.0, 3.0], gradients[1].data<double>().ToArray());
        Assert.Null(x.grad);
    }

    [Fact]
    public void Grad_OfAnUnusedInput_IsRefusedUnlessAllowed()
    {
        using var scope = NewDisposeScope();
        var (x, unused) = (ones(2, requires_grad: true), ones(2, requires_grad: true));
        var z = (x * x).sum();
        Assert.Throws<ExternalException>(() => autograd.grad([z], [unused], retain_graph: true));
        Assert.Null(autograd.grad([z], [unused], allow_unused: true)[0]);
        Assert.Throws<NotSupportedException>(() => autograd.grad([z], [x], create_graph: true));
    }

    [Fact]
    public void Gradient_IsNotSharedWithTheTensorThatBroughtIt()
    {
        using var scope = NewDisposeScope();
        var x = ones(3, requires_grad: true);
        var given = ones(3);
        x.alias().backward([given]);
        given.fill_(7);
        Assert.Equal([1f, 1f, 1f], x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void Gradient_HandleTakenEarlier_SeesLaterAccumulation()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        (x * 2).sum().backward();
        var handle = x.grad!;
        (x * 3).sum().backward();
        Assert.Equal([5f, 5f], handle.data<float>().ToArray());
        x.grad = null;
        Assert.Null(x.grad);
        Assert.Equal([5f, 5f], handle.data<float>().ToArray());
    }

    [Fact]
    public void RetainGrad_KeepsTheGradientOfAnIntermediate()
    {
        using var scope = NewDisposeScope();
        var x = tensor([3.0], requires_grad: true);
        var y = x * 2;
        y.retain_grad();
        (y * y).sum().backward();
        Assert.Equal(12.0, y.grad!.item<double>());
    }

    [Fact]
    public void Gradient_OfAnotherElementType_ComesBackInTheInputs()
    {
        using var scope = NewDisposeScope();
        var x = ones(3, dtype: float32, requires_grad: true);
        var y = ones(3, dtype: float64, requires_grad: true);
        (x * y).sum().backward();
        Assert.Equal(ScalarType.Float32, x.grad!.dtype);
        Assert.Equal(ScalarType.Float64, y.grad!.dtype);
    }

    [Fact]
    public void BackwardThrowing_LeavesTheEngineUsable()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        var y = x * 2;
        var loss = (y * y).sum();
        y.add_(1);
        Assert.Throws<ExternalException>(() => loss.backward());
        Assert.True(is_grad_enabled());
        Assert.Same(scope, CurrentDisposeScope);
        (x * 4).sum().backward();
        Assert.Equal([4f, 4f], x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void Leaves_SharedByGraphsOnSeveralThreads_GetAllGradients()
    {
        using var x = ones(1000, requires_grad: true);
        Parallel.For(0, 16, _ =>
        {
            using var scope = NewDisposeScope();
            for (var i = 0; i < 20; i++)
            {
                (x * 2).sum().backward();
            }
        });
        using var gradient = x.grad!;
        Assert.All(gradient.data<float>().ToArray(), g => Assert.Equal(640f, g));
    }
}
