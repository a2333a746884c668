using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Generation;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Grpc;

namespace Mesh.ControlPlane.Serving.Sessions;

/// <summary>Incremental rules: names come and go one by one, responses hold only what changed, versions are those of single resources.</summary>
internal sealed class DeltaSession(IResourceGenerator generator, SessionLimits limits, RestartGuard? guard = null, ServerMark? mark = null)
    : XdsSession<DeltaDiscoveryRequest, DeltaDiscoveryResponse>(generator, limits, guard, mark)
{
    private readonly SessionLimits _limits = limits;

    public override string Protocol => "delta";

    public override string TypeOf(DeltaDiscoveryRequest request) => request.TypeUrl;

    public override string TypeOf(DeltaDiscoveryResponse response) => response.TypeUrl;

    public override Node? NodeOf(DeltaDiscoveryRequest request) => request.Node;

    public override bool HasError(DeltaDiscoveryRequest request) => request.ErrorDetail is not null;

    public override RequestOutcome Accept(DeltaDiscoveryRequest request)
    {
        if (request.TypeUrl.Length == 0)
        {
            throw new GrpcException(GrpcStatusCode.InvalidArgument, "A request on an aggregated stream needs type_url.");
        }

        var subscription = Find(request.TypeUrl);
        var first = subscription is null;
        RequireNames(request, subscription);
        subscription ??= Open(request.TypeUrl);
        var outcome = first || request.ResponseNonce.Length == 0
            ? RequestOutcome.None
            : subscription.Settle(request.ResponseNonce, request.ErrorDetail);
        outcome |= Subscribe(subscription, request, first);
        if (first)
        {
            Resume(subscription, request);
        }

        outcome |= Unsubscribe(subscription, request);
        return ServedTypes.Contains(request.TypeUrl) ? outcome : outcome | RequestOutcome.UnknownType;
    }

    protected override DeltaDiscoveryResponse? Make(Subscription subscription, MeshState state, ClientView client)
    {
        var changed = new List<GeneratedResource>();
        var removed = new List<string>();
        var asked = Asked(subscription, state, client);
        subscription.Leaving.Clear();
        var withheld = false;
        foreach (var name in asked)
        {
            var resource = Generate(subscription, state, client, name);
            if (Withholds(subscription, name, resource))
            {
                withheld = true;
                continue;
            }

            Compare(subscription, name, resource, changed, removed);
        }

        foreach (var name in subscription.Sent.Keys.Where(name => !asked.Contains(name)))
        {
            // Brought along under the wildcard, which does not list it yet.
            if (Withholds(subscription, name, null))
            {
                withheld = true;
            }
            else
            {
                subscription.Leaving.Add(name);
            }
        }

        // Dropped by name while the wildcard goes on, and the wildcard does not bring it: the client must hear that it is gone.
        removed.AddRange(subscription.Demanded.Where(name => !asked.Contains(name) && !subscription.Sent.ContainsKey(name)));
        var owed = subscription.Owed;
        subscription.ComparedWith = withheld ? null : state;
        subscription.Owed = false;
        subscription.Demanded.Clear();
        return owed || changed.Count > 0 || removed.Count > 0 ? Respond(subscription, changed, removed) : null;
    }

    protected override DeltaDiscoveryResponse Break(Subscription subscription)
    {
        var removed = subscription.Leaving.Order(StringComparer.Ordinal).ToArray();
        subscription.Leaving.Clear();
        foreach (var name in removed)
        {
            subscription.Sent.Remove(name);
            if (subscription.Names.Contains(name))
            {
                subscription.KnownAbsent.Add(name);
            }
        }

        return Respond(subscription, [], removed);
    }

    private static void Compare(Subscription subscription, string name, GeneratedResource? resource, List<GeneratedResource> changed, List<string> removed)
    {
        var demanded = subscription.Demanded.Contains(name);
        if (resource is not null)
        {
            subscription.KnownAbsent.Remove(name);
            if (demanded || subscription.Sent.GetValueOrDefault(name)?.Version != resource.Version)
            {
                subscription.Sent[name] = resource;
                changed.Add(resource);
            }
        }
        else if (subscription.Sent.ContainsKey(name))
        {
            subscription.Leaving.Add(name);
        }
        else if (subscription.KnownAbsent.Add(name) || demanded)
        {
            // Said at once, so that the client need not wait for its does-not-exist timer (gRFC A57).
            removed.Add(name);
        }
    }

    private static RequestOutcome Subscribe(Subscription subscription, DeltaDiscoveryRequest request, bool first)
    {
        if (first && request.ResourceNamesSubscribe.Count == 0)
        {
            subscription.IsLegacyWildcard();
            subscription.Owed = true;
            return RequestOutcome.Subscribed;
        }

        foreach (var name in request.ResourceNamesSubscribe)
        {
            subscription.Add(name);
            if (name == Subscription.WildcardName)
            {
                subscription.Owed = true;
                subscription.Demanded.UnionWith(subscription.Sent.Keys);
            }
            else
            {
                // Asked again: sent again, even if we believe the client has it (Envoy xDS protocol, "subscribing to resources").
                subscription.Demanded.Add(name);
                subscription.Brought.Remove(name);
            }
        }

        return request.ResourceNamesSubscribe.Count > 0 ? RequestOutcome.Subscribed : RequestOutcome.None;
    }

    /// <summary>Takes up the session of an earlier stream: what the client still has at the right version is not sent again.</summary>
    private void Resume(Subscription subscription, DeltaDiscoveryRequest request)
    {
        foreach (var (name, version) in request.InitialResourceVersions)
        {
            if (subscription.Wildcard || subscription.Names.Contains(name))
            {
                subscription.Sent[name] = new GeneratedResource(name, version, ByteString.Empty);
                subscription.Demanded.Remove(name);
                if (IsGuarding)
                {
                    subscription.Brought[name] = version;
                    subscription.IsResumed = true;
                }
            }
        }
    }

    private static RequestOutcome Unsubscribe(Subscription subscription, DeltaDiscoveryRequest request)
    {
        var outcome = RequestOutcome.None;
        foreach (var name in request.ResourceNamesUnsubscribe)
        {
            if (!subscription.Remove(name))
            {
                continue;
            }

            outcome |= RequestOutcome.Unsubscribed;
            if (subscription.Wildcard && name != Subscription.WildcardName)
            {
                // The client cannot know whether the wildcard still covers it: tell (Envoy xDS protocol, "unsubscribing from resources").
                subscription.Demanded.Add(name);
                subscription.Sent.Remove(name);
                outcome |= RequestOutcome.Subscribed;
            }
        }

        if (outcome != RequestOutcome.None)
        {
            subscription.ForgetUnasked();
        }

        return outcome;
    }

    private void RequireNames(DeltaDiscoveryRequest request, Subscription? subscription)
    {
        // Only names not held yet count, so that asking again for what is held is always possible.
        var added = request.ResourceNamesSubscribe.Where(name => subscription is null || !subscription.Names.Contains(name)).ToHashSet(StringComparer.Ordinal);
        Require(request.TypeUrl, [.. added, .. subscription?.Names ?? []]);
        if (request.InitialResourceVersions.Count > _limits.Names)
        {
            throw new GrpcException(
                GrpcStatusCode.ResourceExhausted,
                $"initial_resource_versions may have {_limits.Names} entries; this request has {request.InitialResourceVersions.Count}.");
        }

        if (subscription is null)
        {
            RequireBrought(request.TypeUrl, request.InitialResourceVersions, added);
        }
    }

    private DeltaDiscoveryResponse Respond(Subscription subscription, IEnumerable<GeneratedResource> changed, IEnumerable<string> removed)
    {
        var response = new DeltaDiscoveryResponse
        {
            TypeUrl = subscription.TypeUrl,
            SystemVersionInfo = ResponseVersion.Of(subscription.Sent),
            Nonce = NextNonce(),
            ControlPlane = Identify(),
        };
        foreach (var resource in changed)
        {
            response.Resources.Add(new Resource
            {
                Name = resource.Name,
                Version = resource.Version,
                Resource_ = new Any { TypeUrl = subscription.TypeUrl, Value = resource.Payload },
            });
        }

        response.RemovedResources.Add(removed);
        subscription.Responded(response.Nonce, response.SystemVersionInfo);
        return response;
    }
}
