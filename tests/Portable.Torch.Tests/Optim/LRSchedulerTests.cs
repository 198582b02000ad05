using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace QDiff.Portable.Torch.Tests.Optim;

public class LRSchedulerTests
{
    [Fact]
    public void StepLR_EveryThreeSteps_MultipliesByGamma()
        => Check(o => lr_scheduler.StepLR(o, 3, 0.5), step => Math.Pow(0.5, step / 3));

    [Fact]
    public void CosineAnnealingLR_OverTwoPeriods_FollowsTheCosine()
        => Check(o => lr_scheduler.CosineAnnealingLR(o, 4, 0.02), step => 0.02 + (0.98 * (1 + Math.Cos(Math.PI * step / 4)) / 2), 0.02);

    [Fact]
    public void LambdaLR_AnyFunction_ScalesTheFirstRate()
        => Check(o => lr_scheduler.LambdaLR(o, step => 1.0 / (1 + step)), step => 1.0 / (1 + step));

    [Fact]
    public void Step_ToAGivenEpoch_UsesTheClosedForm()
    {
        using var scope = NewDisposeScope();
        using var optimizer = SGD([new Parameter(zeros(1))], 2.0);
        var schedule = lr_scheduler.CosineAnnealingLR(optimizer, 10);
        schedule.step(5);
        Assert.Equal(1.0, optimizer.ParamGroups.First().LearningRate, 12);
        var steps = lr_scheduler.StepLR(SGD([new Parameter(zeros(1))], 2.0), 2, 0.1);
        steps.step(5);
        Assert.Equal(0.02, steps.get_last_lr().First(), 12);
    }

    private static void Check(Func<Optimizer, lr_scheduler.LRScheduler> make, Func<int, double> factor, double floor = 0)
    {
        using var scope = NewDisposeScope();
        using var optimizer = SGD([new SGD.ParamGroup([new Parameter(zeros(1))], lr: 1.0), new SGD.ParamGroup([new Parameter(zeros(1))], lr: 0.5)], 0.1);
        var schedule = make(optimizer);
        for (var step = 0; step < 16; step++)
        {
            double[] rates = [.. optimizer.ParamGroups.Select(g => g.LearningRate)];
            Assert.Equal(factor(step), rates[0], 9);
            var expected = floor == 0 ? 0.5 * factor(step) : floor + ((0.5 - floor) * (factor(step) - floor) / (1 - floor));
            Assert.Equal(expected, rates[1], 9);
            Assert.Equal(rates, schedule.get_last_lr());
            schedule.step();
        }
    }
}
