using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Api.Objects.Reading;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Objects.Writing;

/// <summary>Puts what was admitted into the store, on condition that it follows what the writer has seen.</summary>
internal sealed class ObjectStoreWriter(ObjectSource source)
{
    /// <summary>Other writers win this often before the caller is told; kubectl tries as often itself.</summary>
    public const int Attempts = 10;

    /// <summary>Writes the next state of an object; null when another write came first.</summary>
    /// <param name="snapshot">Where the current state was found.</param>
    /// <param name="current">Null when there is none.</param>
    /// <param name="next">Null to remove it.</param>
    /// <param name="context">Who asks, and how.</param>
    public Task<Resource?> TryWriteAsync(ConfigSnapshot snapshot, Resource? current, Resource? next, WriteContext context) =>
        TryWriteAsync(snapshot, current, next, context, context.Call.Cancellation);

    /// <inheritdoc cref="TryWriteAsync(ConfigSnapshot, Resource, Resource, WriteContext)"/>
    /// <param name="snapshot">Where the current state was found.</param>
    /// <param name="current">Null when there is none.</param>
    /// <param name="next">Null to remove it.</param>
    /// <param name="cancellation">Ends the wait for the store.</param>
    public Task<Resource?> TryWriteAsync(ConfigSnapshot snapshot, Resource? current, Resource? next, CancellationToken cancellation) =>
        TryWriteAsync(snapshot, current, next, null, cancellation);

    private async Task<Resource?> TryWriteAsync(ConfigSnapshot snapshot, Resource? current, Resource? next, WriteContext? context, CancellationToken cancellation)
    {
        var id = (next ?? current)!.Id;

        // What is only implied is not in the store: it is made there by its first write.
        var isStored = ObjectSource.IsStored(snapshot, id);
        if (!isStored && next is null)
        {
            return current;
        }

        var write = new ResourceWrite(id, next, isStored ? current!.ResourceVersion : 0)
        {
            FieldManager = context?.Options.FieldManager,
            Applied = context is { Applied: { } applied, Path.Subresource: null } && next is not null ? JsonSerializer.SerializeToElement(applied) : default,
            TakesOver = context?.Options.Force == true,
        };
        var result = await source.Store.WriteAsync(write, cancellation);
        switch (result.Status)
        {
            case WriteStatus.Done:
                return result.Resource ?? next ?? current;
            case WriteStatus.Unchanged:
                return result.Resource ?? current;
            case WriteStatus.Refused:
                throw Refused(result);
            case WriteStatus.Unknown:
                throw new ApiException(StatusCodes.Status504GatewayTimeout, "Timeout", result.Message);
            default:
                // The other write may have gone through another replica, and be on its way here.
                await source.Store.History.WaitAsync(snapshot.Version, cancellation).WaitAsync(TimeSpan.FromSeconds(1), cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellation.ThrowIfCancellationRequested();
                return null;
        }
    }

    private static ApiException Refused(WriteResult result) => result.Refusal switch
    {
        WriteRefusal.TooLarge => new ApiException(StatusCodes.Status413PayloadTooLarge, "RequestEntityTooLarge", result.Message),
        WriteRefusal.Broken => ApiException.Conflict(result.Message),
        WriteRefusal.Unavailable => new ApiException(StatusCodes.Status503ServiceUnavailable, "ServiceUnavailable", result.Message)
        {
            Details = new JsonObject { ["retryAfterSeconds"] = 1 },
        },
        _ => ApiException.Forbidden(result.Message),
    };
}
