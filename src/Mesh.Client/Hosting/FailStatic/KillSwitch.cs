using Mesh.Client.Fallback;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Mesh.Client.Hosting.FailStatic;

/// <summary>Takes calls out of the mesh and back, at run time: by configuration, by a file, or by the control plane. It is on while any of them says so.</summary>
internal sealed class KillSwitch(DestinationLadder ladder, MeshFallbackOptions options, IConfiguration? configuration, TimeProvider time, ILogger<KillSwitch> logger) : IDisposable
{
    private const string ModeKey = MeshOptions.SectionName + ":Fallback:Mode";
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();

    // Volatile: who asks may hold locks of what is switched here.
    private volatile string[] _shown = [];

    // Guarded by _lock.
    private readonly HashSet<string> _on = new(StringComparer.Ordinal);
    private IDisposable? _reload;
    private ITimer? _timer;

    /// <summary>Who keeps it on, in alphabetical order.</summary>
    public IReadOnlyList<string> On => _shown;

    /// <summary>Begins to look; what is on already is on before the first request.</summary>
    public void Start()
    {
        Set("Mesh:Fallback:Mode", options.Mode is MeshFallbackMode.Direct);
        if (configuration is not null)
        {
            _reload = ChangeToken.OnChange(configuration.GetReloadToken, Reload);
        }

        if (options.SignalFile is not null)
        {
            LookForFile();
            _timer = time.CreateTimer(_ => LookForFile(), null, LookEvery, LookEvery);
        }
    }

    /// <summary>One of those who may switch has said what it wants.</summary>
    /// <param name="source">Who.</param>
    /// <param name="isDirect">Out of the mesh.</param>
    /// <param name="reason">For people, where there is more to say than who.</param>
    public void Set(string source, bool isDirect, string reason = "")
    {
        lock (_lock)
        {
            if (!(isDirect ? _on.Add(source) : _on.Remove(source)))
            {
                return;
            }

            var state = isDirect ? "on: calls leave the mesh" : _on.Count > 0 ? $"off, but still on by {string.Join(", ", _on)}" : "off: calls follow the mesh again";
            FallbackLog.KillSwitch(logger, state, reason.Length > 0 ? $"{source} ({reason})" : source);
            _shown = [.. _on.Order(StringComparer.Ordinal)];
            ladder.Switch(_on.Count > 0);
        }
    }

    public void Dispose()
    {
        _reload?.Dispose();
        _timer?.Dispose();
    }

    private void Reload()
    {
        var text = configuration![ModeKey];
        if (text is null || Enum.TryParse<MeshFallbackMode>(text, ignoreCase: true, out _))
        {
            Set("Mesh:Fallback:Mode", text is not null && Enum.Parse<MeshFallbackMode>(text, ignoreCase: true) is MeshFallbackMode.Direct);
        }
        else
        {
            FallbackLog.ModeNotUnderstood(logger, ModeKey, text);
        }

        ladder.DeclarationsChanged();
    }

    private void LookForFile() => Set(options.SignalFile!, File.Exists(options.SignalFile));
}
