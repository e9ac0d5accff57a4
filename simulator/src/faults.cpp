// SPDX-License-Identifier: Apache-2.0
#include "scalekit_simulator/faults.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <stdexcept>

#include "encoding.h"
#include "fault_engine.h"

namespace scalekit_simulator {
namespace {

using namespace std::string_literals;
using Json = nlohmann::json;
using Signature = TokenDraft::Signature;

constexpr long long kHour = 3600;
constexpr int kMaxDelayMs = 600'000;

/// When a fault strikes: in place of the work, on the finished answer, or on the ID token.
using Instead = std::function<HttpResponse(const std::string& value)>;
using Spoil = std::function<void(HttpResponse&, const std::string& value)>;
using Tamper = std::function<void(TokenDraft&, const std::string& value)>;

struct Row {
  FaultInfo info;
  Endpoint only = Endpoint::kAnywhere;  ///< Transport faults that make sense at one endpoint.
  Instead instead = {};
  Spoil spoil = {};
  Tamper tamper = {};
};

int milliseconds(const std::string& value, int fallback) {
  if (value.empty()) return fallback;
  int number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size() || number < 0 || number > kMaxDelayMs) {
    throw std::invalid_argument("the value must be milliseconds, 0 to 600000");
  }
  return number;
}

void shift(Json& claims, const char* name, long long seconds) {
  if (claims.contains(name)) claims[name] = claims[name].get<long long>() + seconds;
}

/// Edits a JSON answer; leaves others alone.
void editJson(HttpResponse& response, const std::function<void(Json&)>& edit) {
  Json body = Json::parse(response.body, nullptr, false);
  if (body.is_discarded()) return;
  edit(body);
  response.body = body.dump();
}

void setClaim(TokenDraft& draft, const std::string& value) {
  const auto equals = value.find('=');
  const Json parsed = equals == std::string::npos ? Json(Json::value_t::discarded)
                                                  : Json::parse(value.substr(equals + 1), nullptr, false);
  if (equals == 0 || parsed.is_discarded()) throw std::invalid_argument("the value must be claim=<JSON>");
  draft.claims[value.substr(0, equals)] = parsed;
}

HttpResponse htmlUnavailable(const std::string&) {
  auto response = HttpResponse::html(503, "<!doctype html><title>503</title><h1>Service Unavailable</h1>");
  response.with("Retry-After", "1");
  return response;
}

HttpResponse rateLimited(const std::string& value) {
  auto response = HttpResponse::json(
      429, {{"code", 8},
            {"message", "rate limit exceeded"},
            {"details", Json::array({{{"@type", "type.googleapis.com/scalekit.v1.errdetails.ErrorInfo"},
                                      {"error_code", "RATE_LIMITED"}}})}});
  response.with("Retry-After", value.empty() ? "1" : value);
  return response;
}

/// The table. A row is: name, where it strikes, what the application sees, what a value means; then what it does.
const std::vector<Row>& table() {
  static const std::vector<Row> rows = {
      // The wire.
      {.info = {"slow", "any endpoint", "Answers late.", "milliseconds, default 3000"},
       .spoil = [](auto& r, auto& v) { r.delivery.delay = std::chrono::milliseconds(milliseconds(v, 3000)); }},
      {.info = {"drip", "any endpoint", "Sends the body one byte at a time.",
                "milliseconds between bytes, default 100"},
       .spoil = [](auto& r, auto& v) { r.delivery.betweenBytes = std::chrono::milliseconds(milliseconds(v, 100)); }},
      {.info = {"hang", "any endpoint", "Takes the request and never answers.", ""},
       .instead =
           [](auto&) {
             HttpResponse response;
             response.delivery.hang = true;
             return response;
           }},
      {.info = {"status_500", "any endpoint", "500 with a JSON error.", ""},
       .instead =
           [](auto&) {
             return HttpResponse::json(500, {{"code", 13}, {"message", "internal error"}});
           }},
      {.info = {"status_503_html", "any endpoint", "503 with an HTML page, as a proxy would answer.", ""},
       .instead = htmlUnavailable},
      {.info = {"rate_limited", "any endpoint", "429 with Retry-After.", "seconds, default 1"}, .instead = rateLimited},
      {.info = {"redirect", "any endpoint", "302 to another place.", "the URL, default http://127.0.0.1:9/elsewhere"},
       .instead = [](auto& v) { return HttpResponse::redirect(v.empty() ? "http://127.0.0.1:9/elsewhere" : v); }},
      {.info = {"garbage_body", "any endpoint", "200 whose body is noise.", ""},
       .spoil = [](auto& r, auto&) { r.body = "\x00\xff{\"access_token\":\x80"s + r.body.substr(0, 3); }},
      {.info = {"empty_body", "any endpoint", "The right status with no body.", ""},
       .spoil = [](auto& r, auto&) { r.body.clear(); }},
      {.info = {"truncated", "any endpoint", "Promises the whole body, sends half, closes.", ""},
       .spoil = [](auto& r, auto&) { r.delivery.truncate = true; }},
      {.info = {"huge_body", "any endpoint", "Adds 8 MiB of spaces to the body.", ""},
       .spoil = [](auto& r, auto&) { r.body.append(std::size_t{8} << 20, ' '); }},
      {.info = {"deep_json", "any endpoint", "200 with JSON of 100,000 levels.", ""},
       .spoil = [](auto& r, auto&) { r.body = std::string(100'000, '[') + std::string(100'000, ']'); }},
      {.info = {"wrong_content_type", "any endpoint", "The right body, called text/html.", ""},
       .spoil =
           [](auto& r, auto&) {
             std::erase_if(r.headers, [](const auto& h) { return h.first == "Content-Type"; });
             r.with("Content-Type", "text/html");
           }},
      {.info = {"duplicate_json_member", "any endpoint", "JSON whose first member is repeated with another value.", ""},
       .spoil =
           [](auto& r, auto&) {
             const Json body = Json::parse(r.body, nullptr, false);
             if (!body.is_object() || body.empty()) return;
             r.body = r.body.substr(0, r.body.rfind('}')) + "," + Json(body.begin().key()).dump() + ":\"repeated\"}";
           }},
      // Keys and discovery.
      {.info = {"keys_empty", "keys", "The key set is empty.", ""},
       .only = Endpoint::kKeys,
       .spoil = [](auto& r, auto&) { editJson(r, [](Json& body) { body["keys"] = Json::array(); }); }},
      {.info = {"keys_without_current", "keys", "The signing key is missing from the key set.", ""},
       .only = Endpoint::kKeys,
       .spoil =
           [](auto& r, auto&) {
             editJson(r, [](Json& body) {
               if (!body["keys"].empty()) body["keys"].erase(0);
             });
           }},
      {.info = {"discovery_wrong_issuer", "discovery", "Discovery names another issuer.", "the issuer"},
       .only = Endpoint::kDiscovery,
       .spoil =
           [](auto& r, auto& v) {
             editJson(r, [&](Json& body) { body["issuer"] = v.empty() ? "https://evil.example" : v; });
           }},
      {.info = {"discovery_foreign_endpoint", "discovery", "Token and key endpoints are on another origin.", ""},
       .only = Endpoint::kDiscovery,
       .spoil =
           [](auto& r, auto&) {
             editJson(r, [](Json& body) {
               body["token_endpoint"] = "https://evil.example/oauth/token";
               body["jwks_uri"] = "https://evil.example/keys";
             });
           }},
      // The ID token.
      {.info = {"wrong_key", "ID token", "Signed with a key that is not published, under the published kid.", ""},
       .tamper = [](auto& d, auto&) { d.signature = Signature::kUnpublishedKey; }},
      {.info = {"unknown_kid", "ID token", "Signed with an unpublished key under its own, unknown kid.", "the kid"},
       .tamper =
           [](auto& d, auto& v) {
             d.signature = Signature::kUnpublishedKey;
             d.header["kid"] = v.empty() ? "snk_99999999999999999" : v;
           }},
      {.info = {"missing_kid", "ID token", "The header names no key.", ""},
       .tamper = [](auto& d, auto&) { d.header.erase("kid"); }},
      {.info = {"alg_none", "ID token", "alg none and no signature.", ""},
       .tamper = [](auto& d, auto&) { d.header["alg"] = "none", d.signature = Signature::kNone; }},
      {.info = {"alg_hs256", "ID token", "HS256 with the client secret.", ""},
       .tamper = [](auto& d, auto&) { d.header["alg"] = "HS256", d.signature = Signature::kHmacClientSecret; }},
      {.info = {"alg_hs256_public_key", "ID token", "HS256 with the public key's PEM (algorithm confusion).", ""},
       .tamper = [](auto& d, auto&) { d.header["alg"] = "HS256", d.signature = Signature::kHmacPublicKey; }},
      {.info = {"header_crit", "ID token", "A critical header nobody knows.", ""},
       .tamper = [](auto& d, auto&) { d.header["crit"] = {"exp"}, d.header["exp"] = 1; }},
      {.info = {"wrong_typ", "ID token", "typ at+jwt.", ""},
       .tamper = [](auto& d, auto&) { d.header["typ"] = "at+jwt"; }},
      {.info = {"wrong_iss", "ID token", "Another issuer.", "the issuer"},
       .tamper = [](auto& d, auto& v) { d.claims["iss"] = v.empty() ? "https://evil.example" : v; }},
      {.info = {"wrong_aud", "ID token", "Another audience.", "the audience"},
       .tamper = [](auto& d, auto& v) { d.claims["aud"] = Json::array({v.empty() ? "skc_99999999999999999" : v}); }},
      {.info = {"extra_aud", "ID token", "A second audience, and azp names it.", ""},
       .tamper =
           [](auto& d, auto&) {
             d.claims["aud"].push_back("skc_99999999999999999");
             d.claims["azp"] = "skc_99999999999999999";
           }},
      {.info = {"wrong_azp", "ID token", "Another authorized party.", "the azp"},
       .tamper = [](auto& d, auto& v) { d.claims["azp"] = v.empty() ? "skc_99999999999999999" : v; }},
      {.info = {"wrong_nonce", "ID token", "Another nonce.", "the nonce"},
       .tamper = [](auto& d, auto& v) { d.claims["nonce"] = v.empty() ? "another-nonce" : v; }},
      {.info = {"wrong_oid", "ID token", "Another organization.", "the organization id"},
       .tamper = [](auto& d, auto& v) { d.claims["oid"] = v.empty() ? "org_99999999999999999" : v; }},
      {.info = {"wrong_connection", "ID token", "sub and amr name different connections.", ""},
       .tamper = [](auto& d, auto&) { d.claims["amr"] = Json::array({"conn_99999999999999999"}); }},
      {.info = {"wrong_sub", "ID token", "Another subject.", "the sub, default without a connection"},
       .tamper = [](auto& d, auto& v) { d.claims["sub"] = v.empty() ? "somebody" : v; }},
      {.info = {"expired", "ID token", "Issued two hours ago, expired one hour ago.", ""},
       .tamper =
           [](auto& d, auto&) {
             shift(d.claims, "iat", -2 * kHour);
             d.claims["exp"] = d.claims["iat"].template get<long long>() + kHour;
           }},
      {.info = {"stale_iat", "ID token", "Issued an hour ago, still valid.", ""},
       .tamper = [](auto& d, auto&) { shift(d.claims, "iat", -kHour); }},
      {.info = {"future_iat", "ID token", "Issued an hour from now.", ""},
       .tamper = [](auto& d, auto&) { shift(d.claims, "iat", kHour), shift(d.claims, "exp", kHour); }},
      {.info = {"not_yet_valid", "ID token", "nbf is an hour from now.", ""},
       .tamper = [](auto& d, auto&) { d.claims["nbf"] = d.claims["iat"].template get<long long>() + kHour; }},
      {.info = {"wrong_at_hash", "ID token", "at_hash of another access token.", ""},
       .tamper = [](auto& d, auto&) { d.claims["at_hash"] = base64Url(sha256("another access token").substr(0, 16)); }},
      {.info = {"wrong_c_hash", "ID token", "c_hash of another code.", ""},
       .tamper = [](auto& d, auto&) { d.claims["c_hash"] = base64Url(sha256("another code").substr(0, 16)); }},
      {.info = {"missing_claim", "ID token", "One claim is absent.", "the claim, required"},
       .tamper =
           [](auto& d, auto& v) {
             if (v.empty()) throw std::invalid_argument("the value must name the claim");
             d.claims.erase(v);
           }},
      {.info = {"set_claim", "ID token", "One claim has the given value.", "claim=<JSON>, required"},
       .tamper = setClaim},
      {.info = {"html_claims", "ID token", "Names and groups hold HTML and script.", ""},
       .tamper =
           [](auto& d, auto&) {
             const std::string script = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
             for (const char* claim : {"name", "given_name", "family_name"}) d.claims[claim] = script;
             d.claims["groups"] = Json::array({script});
           }},
      {.info = {"duplicate_member", "ID token", "The payload holds sub twice.", ""},
       .tamper =
           [](auto& d, auto&) {
             const std::string payload = d.claims.dump();
             d.rawPayload = payload.substr(0, payload.size() - 1) + ",\"sub\":\"conn_1;somebody-else\"}";
           }},
      {.info = {"replayed_id_token", "ID token", "The ID token of the login before, again.", ""},
       .tamper = [](auto& d, auto&) { d.replacement = d.previousToken; }},
      {.info = {"no_id_token", "ID token", "The token response carries none.", ""},
       .tamper = [](auto& d, auto&) { d.leaveOut = true; }},
  };
  return rows;
}

const Row* findRow(std::string_view name) {
  const auto found =
      std::find_if(table().begin(), table().end(), [&](const Row& row) { return row.info.name == name; });
  return found == table().end() ? nullptr : &*found;
}

constexpr std::array<std::pair<Endpoint, std::string_view>, 7> kEndpoints = {{{Endpoint::kAnywhere, "any"},
                                                                              {Endpoint::kDiscovery, "discovery"},
                                                                              {Endpoint::kKeys, "keys"},
                                                                              {Endpoint::kAuthorize, "authorize"},
                                                                              {Endpoint::kToken, "token"},
                                                                              {Endpoint::kUserInfo, "userinfo"},
                                                                              {Endpoint::kApi, "api"}}};

/// Runs the fault once on a scrap object: a value that makes no sense is told to whoever adds it, not to a client.
void rehearse(const Row& row, const std::string& value) {
  HttpResponse response = HttpResponse::json(200, Json::object());
  TokenDraft draft{.header = Json::object(), .claims = {{"iat", 0}, {"exp", 0}, {"aud", Json::array()}}};
  if (row.instead) response = row.instead(value);
  if (row.spoil) row.spoil(response, value);
  if (row.tamper) row.tamper(draft, value);
}

}  // namespace

std::string_view endpointName(Endpoint endpoint) {
  for (const auto& [candidate, name] : kEndpoints) {
    if (candidate == endpoint) return name;
  }
  return "any";
}

std::optional<Endpoint> endpointFromName(std::string_view name) {
  if (name.empty()) return Endpoint::kAnywhere;
  for (const auto& [endpoint, candidate] : kEndpoints) {
    if (candidate == name) return endpoint;
  }
  return std::nullopt;
}

const std::vector<FaultInfo>& allFaults() {
  static const std::vector<FaultInfo> infos = [] {
    std::vector<FaultInfo> list;
    for (const auto& row : table()) list.push_back(row.info);
    return list;
  }();
  return infos;
}

void FaultBoard::add(const Fault& fault) {
  const Row* row = findRow(fault.name);
  if (row == nullptr) throw std::invalid_argument("there is no fault of that name");
  if (fault.count < 0 || fault.count > 1'000'000) throw std::invalid_argument("count must be 0 to 1000000");
  const Endpoint own = row->tamper ? Endpoint::kToken : row->only;
  if (own != Endpoint::kAnywhere && fault.endpoint != Endpoint::kAnywhere && fault.endpoint != own) {
    throw std::invalid_argument("this fault strikes the endpoint " + std::string(endpointName(own)) + " only");
  }
  rehearse(*row, fault.value);
  Fault active = fault;
  if (own != Endpoint::kAnywhere) active.endpoint = own;
  active_.push_back(std::move(active));
}

template <typename Strikes>
std::vector<Fault> FaultBoard::take(const Strikes& strikes) {
  std::vector<Fault> struck;
  for (auto& fault : active_) {
    if (!strikes(fault)) continue;
    struck.push_back(fault);
    if (fault.count > 0 && --fault.count == 0) fault.count = -1;  // Used up.
  }
  std::erase_if(active_, [](const Fault& fault) { return fault.count < 0; });
  return struck;
}

std::vector<Fault> FaultBoard::takeForRequest(Endpoint endpoint) {
  if (active_.empty()) return {};
  return take([&](const Fault& fault) {
    const bool here = fault.endpoint == Endpoint::kAnywhere || fault.endpoint == endpoint;
    return here && !findRow(fault.name)->tamper;
  });
}

std::vector<Fault> FaultBoard::takeForIdToken() {
  if (active_.empty()) return {};
  return take([](const Fault& fault) { return static_cast<bool>(findRow(fault.name)->tamper); });
}

std::optional<HttpResponse> answerInstead(const std::vector<Fault>& faults) {
  for (const auto& fault : faults) {
    if (const Row* row = findRow(fault.name); row->instead) return row->instead(fault.value);
  }
  return std::nullopt;
}

void spoilResponse(const std::vector<Fault>& faults, HttpResponse& response) {
  for (const auto& fault : faults) {
    if (const Row* row = findRow(fault.name); row->spoil) row->spoil(response, fault.value);
  }
}

void spoilToken(const std::vector<Fault>& faults, TokenDraft& draft) {
  for (const auto& fault : faults) {
    if (const Row* row = findRow(fault.name); row->tamper) row->tamper(draft, fault.value);
  }
}

}  // namespace scalekit_simulator
