using System.Collections.Immutable;
using Google.Protobuf;
using Mesh.Client.Xds.Decoders;
using Mesh.Client.Xds.Dumps;
using Mesh.Client.Xds.Guards;
using Mesh.Client.Xds.Resources.Rules;
using Mesh.Protocol.Grpc;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Xds.Resources;

/// <summary>A table of resources that are decoded to one type of the model.</summary>
/// <param name="typeUrl">The type of the resources.</param>
/// <param name="isComplete">A state-of-the-world response holds all of them, so that a missing one is gone.</param>
/// <param name="diesWhenRemoved">A removed resource is gone at once; otherwise its last value stays while something refers to it.</param>
/// <param name="decode">Bytes to value; may throw what the protobuf parser throws.</param>
/// <param name="logger">Tells of resources that were refused.</param>
internal sealed class TypedResourceTable<T>(
    string typeUrl, bool isComplete, bool diesWhenRemoved, Func<ByteString, DecodeResult<T>> decode, ILogger logger) : ResourceTable
    where T : class
{
    /// <summary>Envoy xDS protocol: "all that exist".</summary>
    private const string Wildcard = "*";

    private readonly Dictionary<string, ResourceWatch<T>> _watches = new(StringComparer.Ordinal);

    private readonly ResourceReader<T> _reader = new(typeUrl, decode);
    private readonly ResourceShelf<T> _shelf = new(new ResourceReader<T>(typeUrl, decode));

    public override string TypeUrl => typeUrl;

    // Brought by the wildcard, not asked for by name.
    private readonly HashSet<string> _unnamed = new(StringComparer.Ordinal);

    public override IReadOnlyCollection<string> Names => IsWithheld ? [] : IsWildcard ? [.. _watches.Keys.Where(name => !_unnamed.Contains(name)), Wildcard] : _watches.Keys;

    /// <summary>Whether everything is asked for that the server has for this client, besides what is asked for by name.</summary>
    public bool IsWildcard { get; set; }

    /// <summary>Asked before resources go because their server removed them; null where they do not go by that.</summary>
    public RemovalGuard? Guard { get; init; }

    /// <summary>Resources that stay although the server removed them, because it removed too many at once.</summary>
    public int HeldRemovals => _watches.Values.Count(watch => watch.HeldUntil is not null);

    /// <summary>What is known.</summary>
    public IEnumerable<ResourceWatch<T>> All => _watches.Values;

    public override IEnumerable<KeyValuePair<string, string>> HeldVersions =>
        _watches.Values.Where(watch => !IsWithheld && watch.Value is not null).Select(watch => KeyValuePair.Create(watch.Name, watch.Version));

    public override DateTimeOffset? NextDeadline => _watches.Values.Min(watch => watch.Due);

    private string ShortType => TypedConfig.TypeName(typeUrl);

    /// <summary>What is known of a resource; null when nobody has needed it so far.</summary>
    public ResourceWatch<T>? Find(string name) => _watches.GetValueOrDefault(name);

    public override bool IsNeeded(string name) => !IsWithheld && (name == Wildcard ? IsWildcard : _watches.ContainsKey(name) && !_unnamed.Contains(name));

    public override bool HasUnanswered => !IsWithheld && _watches.Values.Any(watch => !watch.IsAnswered);

    public override IEnumerable<HeldResource> Held =>
        _watches.Values.Where(watch => watch is { Value: not null, Bytes: not null })
            .Select(watch => new HeldResource(typeUrl, watch.Name, watch.Version, watch.Bytes!.Memory))
            .Concat(_shelf.All.Where(shelved => Find(shelved.Name) is not { IsAnswered: true }));

    public override IEnumerable<ResourceState> States => _watches.Values
        .OrderBy(watch => watch.Name, StringComparer.Ordinal)
        .Select(watch => watch.Describe(typeUrl, AcceptedVersion));

    protected override ImmutableArray<string> Take(AdsUpdate update, DataErrorRules rules)
    {
        var errors = ImmutableArray.CreateBuilder<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var allNamed = true;
        for (var index = 0; index < update.Resources.Length; index++)
        {
            var result = _reader.Read(update.Resources[index], Find, out var bytes);
            if (result.Name.Length == 0)
            {
                allNamed = false;
                errors.Add($"resource {index}: {string.Join("; ", result.Errors)}");
            }
            else if (!seen.Add(result.Name))
            {
                errors.Add($"{result.Name}: it is in the response twice");
            }
            else if (Take(result, bytes, update.Resources[index].Version, rules) is { } error)
            {
                errors.Add(error);
            }
        }

        var removed = update.Removed.Where(name => !seen.Contains(name)).ToArray();
        errors.AddRange(update.Removed.Where(seen.Contains).Select(name => $"{name}: it is in the response and among those that it removes"));
        foreach (var fault in update.Faults)
        {
            seen.Add(fault.Name);
            Fail(fault, rules);
        }

        // A resource that cannot be named could be any of the missing ones.
        var missing = update.IsStateOfTheWorld && isComplete && allNamed
            ? _watches.Values.Where(watch => (watch.Value is not null || _unnamed.Contains(watch.Name)) && !seen.Contains(watch.Name)).Select(watch => watch.Name)
            : [];
        RemoveAll([.. removed, .. missing], rules);
        return errors.ToImmutable();
    }

    protected override void Refuse(string reason)
    {
        XdsClientLog.ResponseRefused(logger, ShortType, reason);

        // What an earlier process held is held, too: the server answers, so that nothing else would ask for it.
        TakeShelved();
        foreach (var watch in _watches.Values)
        {
            watch.Refuse(reason);
        }
    }

    public override void Need(HashSet<string> names)
    {
        _unnamed.ExceptWith(names);
        foreach (var name in _watches.Keys.Where(name => !names.Contains(name) && !_unnamed.Contains(name)).ToArray())
        {
            _watches.Remove(name);
        }

        foreach (var name in names.Where(name => !_watches.ContainsKey(name)))
        {
            _watches.Add(name, new ResourceWatch<T>(name));
        }
    }

    public override void StartDeadlines(IEnumerable<string> names, DateTimeOffset deadline)
    {
        foreach (var name in names)
        {
            if (Find(name) is { IsAnswered: false } watch)
            {
                watch.Deadline ??= deadline;
            }
        }
    }

    public override void StopDeadlines()
    {
        foreach (var watch in _watches.Values)
        {
            // What is held stays so until a server says again that it is gone.
            (watch.Deadline, watch.HeldUntil) = (null, null);
        }
    }

    public override bool Expire(DateTimeOffset now, Silence silence)
    {
        var expired = false;
        foreach (var watch in _watches.Values.Where(watch => watch.HeldUntil <= now).ToArray())
        {
            (watch.HeldUntil, expired) = (null, true);
            Remove(watch.Name, new DataErrorRules(Drops: false, FollowsRemovals: true));
            XdsClientLog.RemovalFollowed(logger, ShortType, watch.Name);
        }

        foreach (var watch in _watches.Values.Where(watch => watch.Deadline <= now))
        {
            expired = true;
            watch.GiveUp(silence);
            XdsClientLog.ResourceTimedOut(logger, ShortType, watch.Name, silence);
        }

        return expired;
    }

    public override void Shelve(HeldResource resource) => _shelf.Put(resource);

    public override bool TakeShelved() => _watches.Values.Where(watch => !watch.IsAnswered).Aggregate(false, (taken, watch) => taken | _shelf.TryRestore(watch));

    /// <summary>Stores a resource if somebody needs it; the error to tell the server.</summary>
    private string? Take(DecodeResult<T> result, ByteString? bytes, string version, DataErrorRules rules)
    {
        var reason = result.Value is null ? $"{result.Name}: {string.Join("; ", result.Errors)}" : null;
        if (Find(result.Name) is not { } watch)
        {
            if (!IsWildcard)
            {
                return reason;
            }

            _watches.Add(result.Name, watch = new ResourceWatch<T>(result.Name));
            _unnamed.Add(result.Name);
        }

        if (reason is not null && !rules.Drops)
        {
            // The version before may be one that an earlier process accepted.
            _shelf.TryRestore(watch);
        }

        if (reason is not null && watch.Error != reason)
        {
            XdsClientLog.ResourceRejected(logger, ShortType, result.Name, string.Join("; ", result.Errors), watch.Value is not null);
        }

        (watch.Deadline, watch.HeldUntil, watch.Error, watch.Refused) = (null, null, reason, result.Refused);
        if (result.Value is null && rules.Drops)
        {
            watch.Drop();
        }
        else if (result.Value is not null)
        {
            _shelf.Remove(watch.Name);
            (watch.IsDropped, watch.IsRestored) = (false, false);
            watch.Value = watch.Value is not null && bytes?.Equals(watch.Bytes) == true ? watch.Value : result.Value;
            (watch.Bytes, watch.Version, watch.IsAbsent) = (bytes, version, false);
        }

        return reason;
    }

    /// <summary>What goes goes, unless so much of it goes at once that nobody can have meant it.</summary>
    private void RemoveAll(ImmutableArray<string> names, DataErrorRules rules)
    {
        var until = diesWhenRemoved && rules is { FollowsRemovals: true, Drops: false }
            ? Guard?.Judge(ShortType, [.. names.Where(name => Find(name)?.Value is not null)], _watches.Values.Count(watch => watch.Value is not null))
            : null;
        foreach (var name in names)
        {
            if (until is { } time && Find(name) is { Value: not null } watch && Guard?.Allows(name) == false)
            {
                watch.HeldUntil ??= time;
                watch.Error = $"{name}: the control plane removed it together with most others; its last version stays in force until {watch.HeldUntil:u} (Mesh:Fallback:Guard)";
            }
            else
            {
                Remove(name, rules);
            }
        }
    }

    /// <summary>What goes while something still refers to it is an error of the server's data: the last value stays (gRFC A88).</summary>
    private void Remove(string name, DataErrorRules rules)
    {
        _shelf.Remove(name);
        if (Find(name) is not { } watch || (_unnamed.Remove(name) && _watches.Remove(name)))
        {
            return;
        }

        watch.Deadline = null;
        if (watch.Value is null && !watch.IsDropped || (diesWhenRemoved && rules is { FollowsRemovals: true, Drops: false }))
        {
            watch.Vanish();
        }
        else if (rules.Drops)
        {
            watch.Error = $"{name}: the control plane removed it";
            watch.Drop();
        }
        else if (watch.Error is null)
        {
            watch.Error = $"{name}: the control plane removed it; its last version stays in force";
            XdsClientLog.ResourceRemoved(logger, ShortType, name);
        }
    }

    private void Fail(ResourceFault fault, DataErrorRules rules)
    {
        if (Find(fault.Name) is not { } watch)
        {
            return;
        }

        watch.Deadline = null;
        if (watch.Value is null && fault.Code is GrpcStatusCode.NotFound)
        {
            (watch.Error, watch.IsAbsent) = (null, true);
            return;
        }

        if (!(rules.Drops && fault.IsDataError))
        {
            _shelf.TryRestore(watch);
        }

        if (watch.Error != fault.ToString())
        {
            XdsClientLog.ResourceRejected(logger, ShortType, fault.Name, fault.ToString(), watch.Value is not null);
        }

        watch.Error = fault.ToString();
        if (rules.Drops && fault.IsDataError)
        {
            watch.Drop();
        }
    }
}
