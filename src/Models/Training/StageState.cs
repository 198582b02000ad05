using System.Globalization;
using QDiff.Models.Persistence;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace QDiff.Models.Training;

/// <summary>
/// What a stage must remember to go on as if never interrupted: modules, and the optimisers' moments and step counts.
/// </summary>
/// <param name="modules">Modules by the prefix under which they are stored.</param>
/// <param name="optimizer">The optimiser; null to leave it out.</param>
/// <param name="critic">The optimiser of a critic; null where there is none.</param>
internal sealed class StageState(IReadOnlyList<(string Prefix, nn.Module Module)> modules, Adam? optimizer, Adam? critic = null)
{
    /// <summary>Copies everything out.</summary>
    public TensorArchive Save(IReadOnlyDictionary<string, string> metadata)
    {
        var tensors = new Dictionary<string, StoredTensor>();
        foreach ((string prefix, nn.Module module) in modules)
        {
            foreach ((string name, StoredTensor value) in ModuleState.Capture(module, prefix))
            {
                tensors.Add(name, value);
            }
        }

        var all = new Dictionary<string, string>(metadata);
        foreach ((string prefix, Adam.State state) in Moments())
        {
            tensors.Add(prefix + "exp_avg", StoredTensor.From(state.exp_avg));
            tensors.Add(prefix + "exp_avg_sq", StoredTensor.From(state.exp_avg_sq));
            all.Add(prefix + "step", state.step.ToString(CultureInfo.InvariantCulture));
        }

        return new TensorArchive(tensors, all);
    }

    /// <summary>Copies everything back in.</summary>
    /// <param name="archive">What <see cref="Save"/> returned.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <exception cref="UserErrorException">It belongs to another model.</exception>
    public void Load(TensorArchive archive, string source)
    {
        foreach ((string prefix, nn.Module module) in modules)
        {
            ModuleState.Restore(module, archive.Tensors, source, prefix);
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach ((string prefix, Adam.State state) in Moments())
        {
            // The caller has checked that the archive is of this stage and these settings, so its moments are there.
            state.exp_avg.copy_(archive.Tensors[prefix + "exp_avg"].ToTensor(state.exp_avg.device));
            state.exp_avg_sq.copy_(archive.Tensors[prefix + "exp_avg_sq"].ToTensor(state.exp_avg_sq.device));
            state.step = long.Parse(archive.Metadata[prefix + "step"], CultureInfo.InvariantCulture);
        }
    }

    private IEnumerable<(string Prefix, Adam.State State)> Moments() => MomentsOf(optimizer, "optimizer").Concat(MomentsOf(critic, "critic_optimizer"));

    private static IEnumerable<(string Prefix, Adam.State State)> MomentsOf(Adam? optimizer, string name)
        => optimizer is null ? [] : optimizer.state_dict().State.Select((state, index) => ($"{name}.{index}.", (Adam.State)state));
}
