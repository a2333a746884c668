using Mesh.ControlPlane.Generation;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Grpc;

namespace Mesh.ControlPlane.Serving.Sessions;

/// <summary>The protocol state of one stream: decides what each request means and which response is due next; knows neither HTTP nor time.</summary>
/// <remarks>Not thread-safe: the stream's writer owns it.</remarks>
internal abstract class XdsSession<TRequest, TResponse>(IResourceGenerator generator, SessionLimits limits, RestartGuard? guard, ServerMark? mark)
    where TResponse : class
{
    /// <summary>Memory of a name besides its characters: the string itself, and its places among what was asked for, sent and found absent.</summary>
    private const int NameOverhead = 256;

    private readonly Dictionary<string, Subscription> _subscriptions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _sizes = new(StringComparer.Ordinal);
    private long _nonce;

    // Of the response that is being made.
    private MeshState _state = MeshState.Empty;

    public IReadOnlyCollection<Subscription> Subscriptions => _subscriptions.Values;

    /// <summary>Where memory for names is taken from; null without a bound.</summary>
    public StreamShare? Share { get; set; }

    public Subscription? Find(string typeUrl) => _subscriptions.GetValueOrDefault(typeUrl);

    /// <summary><c>sotw</c> or <c>delta</c>.</summary>
    public abstract string Protocol { get; }

    public abstract string TypeOf(TRequest request);

    public abstract string TypeOf(TResponse response);

    /// <summary>The node that came with a request; null on most but the first.</summary>
    public abstract Node? NodeOf(TRequest request);

    /// <summary>Whether the request says that something is wrong.</summary>
    public abstract bool HasError(TRequest request);

    /// <summary>Takes in a request; throws <see cref="GrpcException"/>, which ends the stream, when it exceeds a limit.</summary>
    public abstract RequestOutcome Accept(TRequest request);

    /// <summary>The response that is due now, or null when the client has everything of <paramref name="state"/>.</summary>
    public TResponse? Next(MeshState state, ClientView client)
    {
        _state = state;
        foreach (var subscription in InMakeOrder())
        {
            if (!subscription.IsUpToDate(state) && Make(subscription, state, client) is { } response)
            {
                return response;
            }
        }

        foreach (var typeUrl in ServedTypes.BreakOrder)
        {
            if (Find(typeUrl) is { Leaving.Count: > 0 } subscription)
            {
                return Break(subscription);
            }
        }

        return null;
    }

    /// <summary>The client's view changed: everything must be compared again.</summary>
    public void Invalidate()
    {
        foreach (var subscription in _subscriptions.Values)
        {
            subscription.ComparedWith = null;
        }
    }

    /// <summary>Additions and changes of one type; what is gone is put into <see cref="Subscription.Leaving"/>.</summary>
    protected abstract TResponse? Make(Subscription subscription, MeshState state, ClientView client);

    /// <summary>Takes from the client what is gone.</summary>
    protected abstract TResponse Break(Subscription subscription);

    protected Subscription Open(string typeUrl)
    {
        if (typeUrl.Length > limits.NameLength)
        {
            throw new GrpcException(GrpcStatusCode.InvalidArgument, $"A type_url must have at most {limits.NameLength} characters; this request has one of {typeUrl.Length}.");
        }

        if (_subscriptions.Count >= limits.Types)
        {
            throw new GrpcException(GrpcStatusCode.ResourceExhausted, $"At most {limits.Types} resource types may be asked for on one stream.");
        }

        var subscription = new Subscription(typeUrl);
        _subscriptions.Add(typeUrl, subscription);
        return subscription;
    }

    /// <summary>Checks names before they are remembered.</summary>
    protected void Require(string typeUrl, IReadOnlyCollection<string> names)
    {
        var held = _subscriptions.Values.Sum(subscription => subscription.TypeUrl == typeUrl ? 0 : subscription.Names.Count);
        if (held + names.Count > limits.Names)
        {
            throw new GrpcException(
                GrpcStatusCode.ResourceExhausted,
                $"One stream may ask for {limits.Names} names; this {ServedTypes.ShortName(typeUrl)} request would make it {held + names.Count}.");
        }

        RequireLength(typeUrl, names);
        TakeMemory(typeUrl, names.Sum(SizeOf));
    }

    /// <summary>Checks what a client has from an earlier stream before it is remembered, which is for as long as this stream lasts.</summary>
    /// <param name="typeUrl">Of the resources.</param>
    /// <param name="versions">By name.</param>
    /// <param name="names">Asked for, and counted as such.</param>
    protected void RequireBrought(string typeUrl, IReadOnlyDictionary<string, string> versions, HashSet<string> names)
    {
        RequireLength(typeUrl, versions.Keys);
        Share?.Take(versions.Sum(resource => (resource.Value.Length * sizeof(char)) + (names.Contains(resource.Key) ? 0 : SizeOf(resource.Key))));
    }

    private void RequireLength(string typeUrl, IEnumerable<string> names)
    {
        if (names.FirstOrDefault(name => name.Length == 0 || name.Length > limits.NameLength) is { } wrong)
        {
            throw new GrpcException(
                GrpcStatusCode.InvalidArgument,
                $"A resource name must have 1 to {limits.NameLength} characters; the {ServedTypes.ShortName(typeUrl)} request has one of {wrong.Length}.");
        }
    }

    private void TakeMemory(string typeUrl, long size)
    {
        Share?.Resize(_sizes.GetValueOrDefault(typeUrl), size);
        _sizes[typeUrl] = size;
    }

    private static long SizeOf(string name) => (name.Length * sizeof(char)) + NameOverhead;

    /// <summary>The resource of a served type; null when it does not exist for this client.</summary>
    protected GeneratedResource? Generate(Subscription subscription, MeshState state, ClientView client, string name) =>
        ServedTypes.Contains(subscription.TypeUrl) ? generator.Generate(state, client, subscription.TypeUrl, name) : null;

    /// <summary>Whether what clients bring along has to be remembered at all.</summary>
    protected bool IsGuarding => guard is { Phase: not RestartPhase.Over };

    /// <summary>Whether the client keeps what it brought along, or goes on without what it asks for first, instead of being told of this.</summary>
    protected bool Withholds(Subscription subscription, string name, GeneratedResource? resource)
    {
        if (!subscription.Brought.TryGetValue(name, out var version))
        {
            return subscription.IsResumed && !subscription.Sent.ContainsKey(name) && guard?.WithholdsNew(subscription.TypeUrl, resource) == true;
        }

        if (resource?.Version != version && guard?.Withholds(subscription.TypeUrl, resource) == true)
        {
            return true;
        }

        subscription.Brought.Remove(name);
        return false;
    }

    /// <summary>All names that the client should hear of, in a stable order.</summary>
    protected SortedSet<string> Asked(Subscription subscription, MeshState state, ClientView client)
    {
        var names = new SortedSet<string>(subscription.Names, StringComparer.Ordinal);
        if (subscription.Wildcard && ServedTypes.Contains(subscription.TypeUrl))
        {
            names.UnionWith(generator.NamesOf(state, client, subscription.TypeUrl));
        }

        return names;
    }

    /// <summary>Who says so, for a response of the state that it is made of.</summary>
    protected Mesh.Protocol.Envoy.Core.ControlPlane Identify() => (mark ?? ServerMark.Plain).Of(_state);

    protected string NextNonce() => (++_nonce).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private IEnumerable<Subscription> InMakeOrder()
    {
        foreach (var typeUrl in ServedTypes.MakeOrder)
        {
            if (Find(typeUrl) is { } subscription)
            {
                yield return subscription;
            }
        }

        foreach (var subscription in _subscriptions.Values)
        {
            if (!ServedTypes.Contains(subscription.TypeUrl))
            {
                yield return subscription;
            }
        }
    }
}
