using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Xds.Guards;

/// <summary>Says whether so many resources of one type may go at once because their server removed them: an empty store, or half of one, is likelier than that.</summary>
/// <param name="rules">When, and for how long.</param>
/// <param name="now">The clock.</param>
/// <param name="logger">Tells.</param>
internal sealed class RemovalGuard(ShrinkRules rules, Func<DateTimeOffset> now, ILogger logger)
{
    // Told once for each loss, however often the server repeats it.
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    /// <summary>Until when those that are to go stay; null when the change is followed.</summary>
    /// <param name="type">For people.</param>
    /// <param name="gone">Names of those that are held and are to go.</param>
    /// <param name="before">How many are held.</param>
    public DateTimeOffset? Judge(string type, ImmutableArray<string> gone, int before)
    {
        if (rules.HoldTime <= TimeSpan.Zero || !ShrinkRules.IsImplausibleRemoval(before, before - gone.Length))
        {
            _told.Clear();
            return null;
        }

        if (!gone.All(_told.Contains))
        {
            _told.UnionWith(gone);
            XdsClientLog.RemovalHeld(logger, gone.Length, before, type, rules.HoldTime);
        }

        return now() + rules.HoldTime;
    }

    /// <summary>Whether a listener, by its name (<c>host:port</c>), may go whatever goes with it.</summary>
    public bool Allows(string name) => rules.AllowsListener(name);
}
