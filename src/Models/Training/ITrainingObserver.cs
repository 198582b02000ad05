namespace QDiff.Models.Training;

/// <summary>How far a stage of a run has come.</summary>
/// <param name="Stage">Name of the stage, such as <c>autoencoder</c>.</param>
/// <param name="Step">Steps done.</param>
/// <param name="TotalSteps">Steps of the whole stage.</param>
/// <param name="Loss">Mean loss over the last steps; NaN where the stage has none.</param>
/// <param name="SamplesPerSecond">Samples that went through per second lately; NaN where unknown.</param>
/// <param name="Remaining">Estimated time until the stage ends.</param>
public sealed record TrainingProgress(
    string Stage, long Step, long TotalSteps, double Loss, double SamplesPerSecond, TimeSpan Remaining);

/// <summary>Watches a run. Calls come from the training thread.</summary>
public interface ITrainingObserver
{
    /// <summary>Called a few times per second.</summary>
    void Progress(TrainingProgress progress);

    /// <summary>One line that is worth keeping on the screen.</summary>
    void Note(string message);

    /// <summary>One line about something the user should know.</summary>
    void Warn(string message);
}
