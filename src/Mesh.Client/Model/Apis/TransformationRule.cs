using System.Collections.Immutable;

namespace Mesh.Client.Model.Apis;

/// <summary>Changes of some requests and of their responses.</summary>
/// <param name="Name">NAMESPACE/NAME/RULE of the resource that says so.</param>
internal sealed record TransformationRule(string Name)
{
    /// <summary>One of them has to match; empty means every request.</summary>
    public ImmutableArray<RequestCondition> Matches { get; init; } = [];

    public FieldChange? RequestHeaders { get; init; }

    public FieldChange? Query { get; init; }

    public JsonChange? RequestJson { get; init; }

    /// <summary>Responses with one of these; empty means all.</summary>
    public ImmutableArray<int> Statuses { get; init; } = [];

    /// <summary>Status in its place; null to leave it.</summary>
    public int? Status { get; init; }

    public FieldChange? ResponseHeaders { get; init; }

    public JsonChange? ResponseJson { get; init; }

    public bool ChangesResponse => Status is not null || ResponseHeaders is not null || ResponseJson is not null;
}
