using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Generation;
using Mesh.Protocol.Envoy.Admin;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Status;
using static Mesh.Protocol.Envoy.Status.ClientConfig.Types;

namespace Mesh.ControlPlane.Serving.ClientStates;

/// <summary>Says what a connected client has, resource by resource, in the form of CSDS.</summary>
internal sealed class ClientStatusReader(Func<MeshState> state, IResourceGenerator generator)
{
    /// <summary>The node as the client sent it, or what is known of it.</summary>
    public static Node NodeOf(ConnectedClient client) => client.Node.Message ?? new Node { Id = client.Node.Id, Cluster = client.Node.Cluster };

    /// <param name="client">Who.</param>
    /// <param name="withContents">Whether the resources themselves are wanted.</param>
    public ClientConfig Read(ConnectedClient client, bool withContents)
    {
        var current = state();
        var config = new ClientConfig { Node = NodeOf(client) };
        foreach (var subscription in client.Subscriptions.Values.OrderBy(subscription => subscription.TypeUrl, StringComparer.Ordinal))
        {
            foreach (var name in NamesOf(current, client, subscription))
            {
                var resource = generator.Generate(current, client.Node.View, subscription.TypeUrl, name);
                config.GenericXdsConfigs.Add(Describe(client, subscription, name, resource, withContents));
            }
        }

        return config;
    }

    private SortedSet<string> NamesOf(MeshState current, ConnectedClient client, SubscriptionStatus subscription)
    {
        var names = new SortedSet<string>(subscription.Names, StringComparer.Ordinal);
        names.UnionWith(subscription.Wildcard ? generator.NamesOf(current, client.Node.View, subscription.TypeUrl) : []);
        return names;
    }

    private static GenericXdsConfig Describe(ConnectedClient client, SubscriptionStatus subscription, string name, GeneratedResource? resource, bool withContents)
    {
        var (clientStatus, configStatus) = StatusOf(subscription, resource is not null);
        var item = new GenericXdsConfig
        {
            TypeUrl = subscription.TypeUrl,
            Name = name,
            ClientStatus = clientStatus,
            ConfigStatus = configStatus,
        };
        if (resource is not null)
        {
            // In the state of the world a version is that of a response.
            item.VersionInfo = client.Protocol == "sotw" ? subscription.AcceptedVersion : clientStatus == ClientResourceStatus.Acked ? resource.Version : "";
            if (withContents)
            {
                item.XdsConfig = new Any { TypeUrl = subscription.TypeUrl, Value = resource.Payload };
            }
        }

        if ((subscription.AcceptedAt ?? subscription.SentAt) is { } updated)
        {
            item.LastUpdated = Timestamp.FromDateTimeOffset(updated);
        }

        if (clientStatus == ClientResourceStatus.Nacked)
        {
            item.ErrorState = ErrorOf(subscription);
        }

        return item;
    }

    private static (ClientResourceStatus Client, ConfigStatus Config) StatusOf(SubscriptionStatus subscription, bool exists) => subscription switch
    {
        { SentNonce.Length: 0 } => (ClientResourceStatus.Requested, ConfigStatus.NotSent),
        _ when !exists => (ClientResourceStatus.DoesNotExist, ConfigStatus.NotSent),
        { Rejection: { } rejection } when rejection.Nonce == subscription.SentNonce => (ClientResourceStatus.Nacked, ConfigStatus.Error),
        { IsSynchronized: true } => (ClientResourceStatus.Acked, ConfigStatus.Synced),
        _ => (ClientResourceStatus.Requested, ConfigStatus.Stale),
    };

    private static UpdateFailureState ErrorOf(SubscriptionStatus subscription)
    {
        var error = new UpdateFailureState { Details = subscription.Rejection!.Message, VersionInfo = subscription.Rejection.Version };
        if (subscription.RejectedAt is { } at)
        {
            error.LastUpdateAttempt = Timestamp.FromDateTimeOffset(at);
        }

        return error;
    }
}
