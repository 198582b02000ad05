namespace QDiff.Kernels.Tests;

public class KernelMethodsTests
{
    [Fact]
    public void EveryLauncher_InItsClass_HasTheKernelThatItCompiles()
    {
        var launchers = KernelMethods.All().ToArray();
        Assert.True(launchers.Length >= 16, $"Only {launchers.Length} launchers were found.");
        Assert.DoesNotContain(launchers, launcher => launcher.Kernels.Length == 0);
    }
}
