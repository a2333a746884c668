using Microsoft.Extensions.Logging;

namespace Mesh.Client.Xds.Guards;

/// <summary>Keeps this process from going back to what an older copy of the store says, when its stream moves to a control plane that is behind the others (fault matrix B11).</summary>
/// <remarks>Runs on the client's queue.</remarks>
/// <param name="holdTime">How long a server that says it is up to date is not believed; then the store itself was set back. Zero turns the guard off.</param>
/// <param name="now">The clock.</param>
/// <param name="logger">Of the client.</param>
internal sealed class StaleServerGuard(TimeSpan holdTime, Func<DateTimeOffset> now, ILogger logger)
{
    private StoreVersion? _seen;
    private DateTimeOffset? _refusedSince;

    /// <summary>Whether what comes with this identifier is older than what was taken before, and must not be taken.</summary>
    public bool Refuses(string identifier)
    {
        if (holdTime <= TimeSpan.Zero || StoreVersion.Parse(identifier) is not { } offered)
        {
            return false;
        }

        if (_seen is { } seen && IsOlder(offered, seen))
        {
            _refusedSince ??= now();
            if ((offered.IsBehind && offered.Epoch == seen.Epoch) || now() - _refusedSince < holdTime)
            {
                XdsClientLog.StaleServer(logger, offered.Version, seen.Version);
                return true;
            }

            XdsClientLog.StoreSetBack(logger, offered.Version, seen.Version);
        }

        (_seen, _refusedSince) = (offered, null);
        return false;
    }

    // Another epoch is another store, and new; of one that does not follow its store that cannot be known.
    private static bool IsOlder(in StoreVersion offered, in StoreVersion seen) =>
        offered.Epoch == seen.Epoch ? offered.Version < seen.Version : offered.IsBehind;
}
