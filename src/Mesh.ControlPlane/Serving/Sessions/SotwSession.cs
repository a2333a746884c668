using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Generation;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Discovery;

namespace Mesh.ControlPlane.Serving.Sessions;

/// <summary>State-of-the-world rules: one list of names a type, one valid nonce a type.</summary>
internal sealed class SotwSession(IResourceGenerator generator, SessionLimits limits, RestartGuard? guard = null, ServerMark? mark = null)
    : XdsSession<DiscoveryRequest, DiscoveryResponse>(generator, limits, guard, mark)
{
    public override string Protocol => "sotw";

    public override string TypeOf(DiscoveryRequest request) => request.TypeUrl;

    public override string TypeOf(DiscoveryResponse response) => response.TypeUrl;

    public override Node? NodeOf(DiscoveryRequest request) => request.Node;

    public override bool HasError(DiscoveryRequest request) => request.ErrorDetail is not null;

    public override RequestOutcome Accept(DiscoveryRequest request)
    {
        if (!ServedTypes.Contains(request.TypeUrl))
        {
            return RequestOutcome.UnknownType;
        }

        var subscription = Find(request.TypeUrl);
        if (subscription is not null && request.ResponseNonce.Length > 0 && request.ResponseNonce != subscription.LastNonce)
        {
            // Nothing of it is taken in: what was asked for before stays, and counts.
            return RequestOutcome.Stale;
        }

        Require(request.TypeUrl, request.ResourceNames);
        if (subscription is null)
        {
            // A nonce on the first request belongs to an earlier stream: the client reconnected.
            subscription = Open(request.TypeUrl);
            Replace(subscription, request.ResourceNames);
            Resume(subscription, request.VersionInfo);
            subscription.Owed = true;
            return RequestOutcome.Subscribed;
        }

        if (request.ResponseNonce.Length == 0)
        {
            // grpc-js asks for more names without waiting for the response in flight, and expects an answer.
            Replace(subscription, request.ResourceNames);
            subscription.Owed = true;
            return RequestOutcome.Subscribed;
        }

        return subscription.Settle(request.ResponseNonce, request.ErrorDetail) | Resubscribe(subscription, request);
    }

    protected override DiscoveryResponse? Make(Subscription subscription, MeshState state, ClientView client)
    {
        var existing = Asked(subscription, state, client)
            .Select(name => Generate(subscription, state, client, name))
            .OfType<GeneratedResource>()
            .ToDictionary(resource => resource.Name, StringComparer.Ordinal);
        if (!IsReady(subscription, existing))
        {
            return null;
        }

        var isWithheld = (IsGuarding && WithholdNew(subscription, existing)) || subscription.Brought.Count > 0;

        var changed = existing.Values
            .Where(resource => subscription.Sent.GetValueOrDefault(resource.Name)?.Version != resource.Version)
            .ToArray();
        var gone = subscription.Sent.Keys.Where(name => !existing.ContainsKey(name)).ToArray();
        var owed = subscription.Owed;
        subscription.ComparedWith = isWithheld ? null : state;
        subscription.Owed = false;
        subscription.Demanded.Clear();
        subscription.Leaving.Clear();
        if (ServedTypes.IsFullState(subscription.TypeUrl))
        {
            subscription.Leaving.UnionWith(gone);
        }
        else
        {
            // This form of the protocol cannot say that a route or an assignment is gone: it is sent anew when it comes back.
            Forget(subscription, gone);
        }

        if (!owed && changed.Length == 0)
        {
            return null;
        }

        foreach (var resource in changed)
        {
            subscription.Sent[resource.Name] = resource;
        }

        // A full state carries what is about to leave until the break, so that nothing points at a hole in between.
        var all = owed || ServedTypes.IsFullState(subscription.TypeUrl);
        return Respond(subscription, all ? subscription.Sent.Values : changed);
    }

    protected override DiscoveryResponse Break(Subscription subscription)
    {
        Forget(subscription, subscription.Leaving);
        subscription.Leaving.Clear();
        return Respond(subscription, subscription.Sent.Values);
    }

    /// <summary>Remembers what a client holds from an earlier stream, as far as this form of the protocol says it: the names, and one version for all.</summary>
    private void Resume(Subscription subscription, string version)
    {
        if (version.Length == 0 || !IsGuarding)
        {
            return;
        }

        Share?.Take(version.Length * sizeof(char));
        subscription.IsResumed = true;
        foreach (var name in subscription.Names)
        {
            subscription.Brought[name] = version;
        }
    }

    /// <summary>Takes from a response what is new to the client and may be more in a moment; true when there was any.</summary>
    private bool WithholdNew(Subscription subscription, Dictionary<string, GeneratedResource> existing)
    {
        var withheld = existing.Values.Where(resource => !subscription.Brought.ContainsKey(resource.Name) && Withholds(subscription, resource.Name, resource)).ToArray();
        foreach (var resource in withheld)
        {
            existing.Remove(resource.Name);
        }

        return withheld.Length > 0;
    }

    /// <summary>Takes from a response what the client had better keep; false when nothing may be said yet.</summary>
    private bool IsReady(Subscription subscription, Dictionary<string, GeneratedResource> existing)
    {
        if (subscription.Brought.Count == 0)
        {
            return true;
        }

        var brought = existing.Where(resource => subscription.Brought.ContainsKey(resource.Key)).ToDictionary(StringComparer.Ordinal);
        if (ResponseVersion.Of(brought) == subscription.Brought.Values.First())
        {
            subscription.Brought.Clear();
            return true;
        }

        var withheld = subscription.Brought.Keys.Where(name => Withholds(subscription, name, existing.GetValueOrDefault(name))).ToArray();
        if (withheld.Length > 0 && ServedTypes.IsFullState(subscription.TypeUrl))
        {
            // A listener or cluster that such a response leaves out is gone.
            return false;
        }

        foreach (var name in withheld)
        {
            existing.Remove(name);
        }

        return withheld.Length == 0 || existing.Count > 0;
    }

    private static void Forget(Subscription subscription, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            subscription.Sent.Remove(name);
        }
    }

    private static RequestOutcome Resubscribe(Subscription subscription, DiscoveryRequest request)
    {
        var (added, removed) = Replace(subscription, request.ResourceNames);
        subscription.Owed |= added;
        return (added ? RequestOutcome.Subscribed : RequestOutcome.None) | (removed ? RequestOutcome.Unsubscribed : RequestOutcome.None);
    }

    /// <summary>Compares as sets: grpc-go sends the same names in another order.</summary>
    private static (bool Added, bool Removed) Replace(Subscription subscription, RepeatedField<string> names)
    {
        if (names.Count == 0 && subscription.IsLegacyWildcard())
        {
            return (false, false);
        }

        var added = false;
        var removed = subscription.Wildcard && !names.Contains(Subscription.WildcardName) && subscription.Remove(Subscription.WildcardName);
        foreach (var name in names)
        {
            added |= subscription.Add(name);
        }

        foreach (var name in subscription.Names.Except(names, StringComparer.Ordinal).ToArray())
        {
            removed |= subscription.Remove(name);
        }

        subscription.ForgetUnasked();
        return (added, removed);
    }

    private DiscoveryResponse Respond(Subscription subscription, IEnumerable<GeneratedResource> resources)
    {
        var response = new DiscoveryResponse
        {
            TypeUrl = subscription.TypeUrl,
            VersionInfo = ResponseVersion.Of(subscription.Sent),
            Nonce = NextNonce(),
            ControlPlane = Identify(),
        };
        foreach (var resource in resources.OrderBy(resource => resource.Name, StringComparer.Ordinal))
        {
            response.Resources.Add(new Any { TypeUrl = subscription.TypeUrl, Value = resource.Payload });
        }

        subscription.Responded(response.Nonce, response.VersionInfo);
        return response;
    }
}
