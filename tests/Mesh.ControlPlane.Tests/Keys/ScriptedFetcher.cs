using System.Collections.Concurrent;
using Mesh.ControlPlane.Keys;

namespace Mesh.ControlPlane.Tests.Keys;

/// <summary>Answers as a test says, and tells who was asked.</summary>
internal sealed class ScriptedFetcher : IKeyFetcher
{
    private readonly ConcurrentQueue<(KeyLocation Location, TimeSpan Timeout)> _asked = new();

    public event Action? WasAsked;

    /// <summary>Answers every question; a test may change it.</summary>
    public Func<KeyLocation, Task<FetchedKeys>> Answer { get; set; } = _ => Task.FromResult(FetchedKeys.Of("""{"keys":[]}"""));

    public IReadOnlyCollection<(KeyLocation Location, TimeSpan Timeout)> Asked => _asked;

    public Task<FetchedKeys> FetchAsync(KeyLocation location, TimeSpan timeout, CancellationToken cancellationToken)
    {
        _asked.Enqueue((location, timeout));
        WasAsked?.Invoke();
        return Answer(location).WaitAsync(cancellationToken);
    }
}
