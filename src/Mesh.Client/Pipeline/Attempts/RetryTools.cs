namespace Mesh.Client.Pipeline.Attempts;

/// <summary>What attempts need of their process.</summary>
/// <param name="Time">The clock.</param>
/// <param name="Random">For the jitter of backoffs.</param>
/// <param name="ReplayLimit">Bytes of a request body that are kept for another attempt.</param>
internal sealed record RetryTools(TimeProvider Time, Random Random, int ReplayLimit)
{
    public const int DefaultReplayLimit = 64 * 1024;
}
