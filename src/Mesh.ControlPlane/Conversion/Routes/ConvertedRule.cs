using Mesh.Config;
using Mesh.Config.Istio.Networking;

namespace Mesh.ControlPlane.Conversion.Routes;

/// <summary>One match of one rule, as a rule of a VirtualService, with all that decides its place among others.</summary>
internal sealed record ConvertedRule(HTTPRoute Rule, Resource Route, RulePlace Place);
