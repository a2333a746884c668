using Mesh.Config;
using Mesh.Config.Analysis;
using Mesh.Config.Stores;

namespace Mesh.ControlPlane.Analysis;

/// <summary>Analyzes the configuration whenever it has changed, and writes what it finds into the status of each resource (istiod: <c>PILOT_ENABLE_ANALYSIS</c>).</summary>
internal sealed class ContinuousAnalysis : IAsyncDisposable
{
    private const long Never = -1;

    private readonly IResourceStore _store;
    private readonly Func<bool> _isLeader;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;

    /// <param name="store">Read, and written to.</param>
    /// <param name="isLeader">Whether this replica is the one that does it.</param>
    /// <param name="interval">From a change to its analysis, so that a burst costs one pass; and the least time between two.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Gets what went wrong.</param>
    public ContinuousAnalysis(IResourceStore store, Func<bool> isLeader, TimeSpan interval, TimeProvider time, ILogger<ContinuousAnalysis> logger)
    {
        (_store, _isLeader, _interval, _time, _logger) = (store, isLeader, interval, time, logger);
        _loop = Task.Run(() => RunAsync(_stopping.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        var (seen, analyzed) = (Never, Never);
        while (true)
        {
            await _store.History.WaitAsync(seen, stopping);
            await Task.Delay(_interval, _time, stopping);
            var snapshot = _store.Current;
            if (!_isLeader())
            {
                // Who comes to lead looks at everything once.
                (seen, analyzed) = (Never, Never);
                continue;
            }

            seen = snapshot.Version;
            if (snapshot.EffectiveVersion == analyzed)
            {
                // Only a status has changed, most likely by this.
                continue;
            }

            var isComplete = await TryAnalyzeAsync(snapshot, stopping);
            (seen, analyzed) = isComplete ? (seen, snapshot.EffectiveVersion) : (Never, Never);
        }
    }

    /// <returns>False when it should be tried again.</returns>
    private async Task<bool> TryAnalyzeAsync(ConfigSnapshot snapshot, CancellationToken stopping)
    {
        try
        {
            var reader = new AnalysisReader();
            reader.AddResources(snapshot.Resources.Values.OrderBy(resource => resource.Id.ToString(), StringComparer.Ordinal));
            var messages = ConfigAnalysis.Run(reader.ToSnapshot(addsIngress: false), new AnalysisOptions { Clock = _time }, stopping);
            var (written, isComplete) = await WriteAsync(snapshot, messages.ToLookup(message => message.Resource.Resource.Id), stopping);
            AnalysisLog.Analyzed(_logger, snapshot.Version, messages.Length, written);
            return isComplete;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever an analyzer stumbles over, the mesh goes on, and the next change is another chance.
            AnalysisLog.Failed(_logger, exception);
            return true;
        }
    }

    private async Task<(int Written, bool IsComplete)> WriteAsync(ConfigSnapshot snapshot, ILookup<ResourceId, AnalysisMessage> messages, CancellationToken stopping)
    {
        var (written, isComplete) = (0, true);
        foreach (var resource in snapshot.Resources.Values.Where(resource => HasStatus(resource.Kind)))
        {
            if (ValidationStatus.Apply(resource.Document, messages[resource.Id]) is not { } document)
            {
                continue;
            }

            var result = await _store.WriteAsync(new ResourceWrite(resource.Id, resource with { Document = document }, resource.ResourceVersion), stopping);
            written += result.Status == WriteStatus.Done ? 1 : 0;

            // After a conflict the store has a newer version, which wakes the loop by itself.
            isComplete &= result.Status != WriteStatus.Unknown && result is not { Refusal: WriteRefusal.Unavailable };
            if (result.Status == WriteStatus.Refused)
            {
                AnalysisLog.Refused(_logger, resource.Id, result.Message);
            }
        }

        return (written, isComplete);
    }

    /// <summary>Kubernetes' own kinds have a status of another shape.</summary>
    private static bool HasStatus(ResourceKind kind) => kind.Group.EndsWith("istio.io", StringComparison.Ordinal);
}
