using System.Net;

namespace Mesh.Client.Model.Authorization;

/// <summary>An address is in a range.</summary>
internal sealed record AddressCondition(AddressRole Role, IPNetwork Range) : RbacCondition;
