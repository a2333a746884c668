using System.Collections.Immutable;
using Mesh.Client.Xds.Dumps;
using Mesh.Client.Xds.Resources.Rules;

namespace Mesh.Client.Xds.Resources;

/// <summary>The resources of one type that are needed, and what is known of them; survives streams.</summary>
internal abstract class ResourceTable
{
    /// <summary>The type URL of the resources.</summary>
    public abstract string TypeUrl { get; }

    /// <summary>What became of the resources that came.</summary>
    public UpdateTally Updates => field ??= new UpdateTally(TypeUrl[(TypeUrl.LastIndexOf('/') + 1)..]);

    /// <summary>The version of the last response that was accepted as a whole (state of the world).</summary>
    public string AcceptedVersion { get; set; } = "";

    /// <summary>Nothing of this type is asked of servers: what is known of it is what an earlier process left.</summary>
    public bool IsWithheld { get; set; }

    /// <summary>The names to be subscribed to.</summary>
    public abstract IReadOnlyCollection<string> Names { get; }

    public abstract bool IsNeeded(string name);

    /// <summary>Resource versions held, for a server that takes up the session (delta).</summary>
    public abstract IEnumerable<KeyValuePair<string, string>> HeldVersions { get; }

    /// <summary>The first time at which a resource counts as absent.</summary>
    public abstract DateTimeOffset? NextDeadline { get; }

    /// <summary>Takes what is good of a response (gRFC A46); the result says what is bad.</summary>
    public ImmutableArray<string> Apply(AdsUpdate update, DataErrorRules rules)
    {
        if (update.Refusal is { } reason)
        {
            Refuse(reason);
            return [reason];
        }

        return Take(update, rules);
    }

    /// <summary>Takes what is good of a response; the result says what is bad.</summary>
    protected abstract ImmutableArray<string> Take(AdsUpdate update, DataErrorRules rules);

    /// <summary>A response was not read: what nothing is known of yet may have been in it.</summary>
    protected abstract void Refuse(string reason);

    /// <summary>Makes the names the ones that are needed: new ones start, others are forgotten.</summary>
    public abstract void Need(HashSet<string> names);

    /// <summary>The names have been asked for on a live stream: their time runs (gRFC A57).</summary>
    public abstract void StartDeadlines(IEnumerable<string> names, DateTimeOffset deadline);

    /// <summary>No stream, no clock (gRFC A57).</summary>
    public abstract void StopDeadlines();

    /// <summary>Gives up on what has not come in time; whether there was any.</summary>
    /// <param name="now">The time that counts.</param>
    /// <param name="silence">What that means.</param>
    public abstract bool Expire(DateTimeOffset now, Silence silence);

    /// <summary>Whether a resource is needed of which nothing is known.</summary>
    public abstract bool HasUnanswered { get; }

    /// <summary>Every accepted resource, and what is on the shelf still.</summary>
    public abstract IEnumerable<HeldResource> Held { get; }

    /// <summary>What is known of every resource that is needed, for people.</summary>
    public abstract IEnumerable<ResourceState> States { get; }

    /// <summary>Puts a resource aside that an earlier process of this workload has accepted.</summary>
    public abstract void Shelve(HeldResource resource);

    /// <summary>Takes from the shelf what is needed and not known; whether there was any.</summary>
    public abstract bool TakeShelved();
}
