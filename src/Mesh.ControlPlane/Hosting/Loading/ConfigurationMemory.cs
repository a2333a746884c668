using Mesh.Config.Stores;
using Mesh.ControlPlane.Storage;

namespace Mesh.ControlPlane.Hosting.Loading;

/// <summary>Remembers how much configuration there was, and keeps a control plane from serving that comes back with none of it, or with less than half.</summary>
/// <remarks>Clients go on with what they have while nobody serves; told of an empty mesh, they would lose it (fault matrix B07).</remarks>
internal sealed class ConfigurationMemory : IDisposable
{
    public const string DocumentName = "configuration.json";

    private const int Version = 1;

    /// <summary>Smaller ones are halved by one edit.</summary>
    private const int MinResources = 4;

    private static readonly TimeSpan WriteAfter = TimeSpan.FromSeconds(1);

    private readonly IStateStore _state;
    private readonly IConfigStore _store;
    private readonly string _place;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private bool _follows;
    private int _written = -1;

    /// <param name="state">Where the number outlives the process.</param>
    /// <param name="store">The configuration.</param>
    /// <param name="place">Where that is, for people and to tell stores apart.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Tells why nobody is served.</param>
    public ConfigurationMemory(IStateStore state, IConfigStore store, string place, TimeProvider time, ILogger logger)
    {
        (_state, _store, _place, _time, _logger) = (state, store, place, time, logger);
        _timer = time.CreateTimer(_ => Write(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        store.Changed += OnChanged;
    }

    /// <summary>Whether so little may be all there is, after so much.</summary>
    public static bool IsPlausible(int before, int now) => before == 0 || (now > 0 && (before < MinResources || now * 2 >= before));

    /// <summary>Returns when there is as much as can be believed, or somebody stands for less; from then on the number is kept.</summary>
    /// <param name="mayShrink">The operator says that so little is all there is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitAsync(bool mayShrink, CancellationToken cancellationToken)
    {
        if (!mayShrink && Read() is { } before && before.Place == _place)
        {
            await WaitAsync(before, cancellationToken);
        }

        lock (_lock)
        {
            _follows = true;
        }

        Write();
    }

    public void Dispose()
    {
        _store.Changed -= OnChanged;
        _timer.Dispose();
        Write();
    }

    private async Task WaitAsync(ConfigurationRecord before, CancellationToken cancellationToken)
    {
        var changed = new SemaphoreSlim(0);
        void Wake() => changed.Release();
        _store.Changed += Wake;
        try
        {
            var told = false;
            while (!IsPlausible(before.Resources, _store.Current.Resources.Count))
            {
                if (!told)
                {
                    LoadingLog.Implausible(_logger, _place, _store.Current.Resources.Count, before.Resources, before.At);
                    told = true;
                }

                await changed.WaitAsync(cancellationToken);
            }

            if (told)
            {
                LoadingLog.Believed(_logger, _place, _store.Current.Resources.Count);
            }
        }
        finally
        {
            _store.Changed -= Wake;
        }
    }

    private void OnChanged() => _timer.Change(WriteAfter, Timeout.InfiniteTimeSpan);

    private ConfigurationRecord? Read()
    {
        try
        {
            return StateJson.Read<ConfigurationRecord>(_state, DocumentName);
        }
        catch (StateException exception)
        {
            LoadingLog.Forgotten(_logger, exception.Message);
            return null;
        }
    }

    private void Write()
    {
        lock (_lock)
        {
            var now = _store.Current.Resources.Count;
            if (!_follows || now == _written)
            {
                return;
            }

            try
            {
                StateJson.Write(_state, DocumentName, new ConfigurationRecord(Version, _place, now, _time.GetUtcNow()));
                _written = now;
            }
            catch (StateException exception)
            {
                LoadingLog.Forgotten(_logger, exception.Message);
            }
        }
    }
}
