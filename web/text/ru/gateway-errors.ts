/** What is wrong with the settings of a gateway, as its schema says it. `{}` is what differs. */
const settings: Readonly<Record<string, string>> = {
  // What zod says by itself.
  'Invalid input: expected {}, received {}': 'Неверное значение: нужно {}, а указано {}.',
  'Invalid input: expected {}': 'Неверное значение: нужно {}.',
  'Invalid discriminator value. Expected {}': 'Неверный вид. Можно только: {}.',
  'Invalid key in record': 'Недопустимое имя поля.',
  'Invalid option: expected one of {}': 'Можно только одно из: {}.',
  'Invalid string: must match pattern {}': 'Не подходит под шаблон {}.',
  'Too big: expected array to have <={} items': 'Слишком длинный список; не больше {}.',
  'Too big: expected number to be <={}': 'Слишком большое число; не больше {}.',
  'Too small: expected array to have >={} items': 'Слишком короткий список; не меньше {}.',
  'Too small: expected number to be >{}': 'Слишком маленькое число; нужно больше {}.',
  'Too small: expected number to be >={}': 'Слишком маленькое число; не меньше {}.',
  'Too small: expected string to have >={} characters': 'Слишком коротко; символов не меньше {}.',
  'Unrecognized key: {}': 'Такого поля нет: {}.',
  'Unrecognized keys: {}': 'Таких полей нет: {}.',

  // Of addresses.
  'must be an http:// or https:// address': 'Нужен адрес http:// или https://.',
  'must hold no login, query or fragment': 'В адресе не должно быть логина, параметров и фрагмента.',
  'must be an http:// or https:// address without login, query or fragment, or empty':
    'Нужен адрес http:// или https:// без логина, параметров и фрагмента. Можно оставить пустым.',
  'is the reserve of {} only: name the reserve of your address, or leave it empty':
    'Это резерв только для {}. Укажите резерв своего адреса или оставьте пустым.',
  'needs the address up to the connector, or both whole addresses':
    'Нужен адрес до имени коннектора включительно или оба адреса целиком.',
  'It is not an address.': 'Это не адрес.',
  'It must begin with http:// or https://.': 'Адрес должен начинаться с http:// или https://.',
  'It leads to {}, which is not on the public internet, and GATEWAY_PRIVATE_NETWORKS does not allow it.':
    'Адрес ведёт на {}. Это не публичный интернет, и GATEWAY_PRIVATE_NETWORKS этого не разрешает.',

  // Of logins and keys.
  'must not be empty': 'Не заполнено.',
  'must not be empty and must hold no colon': 'Не должно быть пустым и содержать двоеточие.',
  'must be letters, digits and signs without spaces': 'Можно только латинские буквы, цифры и знаки без пробелов.',
  'must hold no control characters': 'Не должно содержать управляющих символов.',
  'must be certificates in PEM': 'Нужны сертификаты в формате PEM.',
  'needs an API key, or a login and a password': 'Нужен ключ API или логин и пароль.',
  'needs a login and a password, or for the online API an API key':
    'Нужны логин и пароль, а для API online — ключ API.',
  'the omnichannel API needs a login and a password': 'Для API omnichannel нужны логин и пароль.',
  'the token API needs a token': 'Для API token нужен токен.',
  'the webhook login and password belong together': 'Логин и пароль вебхука задают только вместе.',

  // Of names of fields.
  'must be letters, digits and underscores': 'Можно только латинские буквы, цифры и подчёркивания.',
  'must be a field name': 'Нужно имя поля.',
  'the inbound fields of phone and text belong together':
    'Поля входящих SMS с номером и с текстом задают только вместе.',
};

/** Of an HTTP profile. */
const profile: Readonly<Record<string, string>> = {
  'is missing': 'Не указано.',
  'needs an HTTP profile: the protocol of {} is not built in, and none is made up':
    'Нужен HTTP-профиль: протокол {} не встроен, и выдумывать его мы не станем.',

  // Of values for it.
  'is missing: the profile fills it in': 'Не указано, а профиль это подставляет.',
  'must hold no colon with HTTP Basic': 'С HTTP Basic здесь не должно быть двоеточия.',
  'the profile needs a sender name or number': 'Профилю нужно имя или номер отправителя.',
  'the profile describes no status request': 'Профиль не описывает запрос статуса.',
  'the profile makes no valid address': 'По профилю не получается правильного адреса.',
  'it holds a character that {} cannot write': 'Есть символ, которого нет в кодировке {}.',
  'a header would hold what headers cannot': 'В заголовок попало бы то, чего в нём быть не может.',
  "the header {} is not a profile's to set": 'Заголовок {} профиль задавать не может.',

  // Of templates and requests.
  'has a {{ that is not closed around a name': 'Есть {{, после которых имя не закрыто.',
  'has the placeholder {{{}}}, which there is not': 'Подстановки {{{}}} не существует.',
  'has {{{}}}, which has no value here': 'У {{{}}} здесь нет значения.',
  'is no JSON': 'Это не JSON.',
  'is more than {} levels deep': 'Вложено глубже, чем {}.',
  'has a {"$number"} that is not a text with nothing beside it':
    'В {"$number"} должен быть текст, а рядом с ним — ничего.',
  'has CDATA, in which the escapes of values would be read as they stand: leave it out':
    'Есть CDATA, а в нём экранирование значений не действует: уберите его.',
  'is no well-formed XML without a document type': 'Нужен правильный XML без DOCTYPE.',
  'must begin with {{url}}, then a slash, a question mark or nothing, and hold no #':
    'Должно начинаться с {{url}}, дальше косая черта, знак вопроса или ничего; без #.',
  'GET has no body': 'У GET нет тела.',
  'is missing; write {"type": "form", "fields": []} for an empty one':
    'Не указано; для пустого пишите {"type": "form", "fields": []}.',
  'names another encoding than charset': 'Названа не та кодировка, что в charset.',
  'must hold {{text}}': 'Нет {{text}}.',
  'must hold {{phone}} or {{phonePlus}}': 'Нет ни {{phone}}, ни {{phonePlus}}.',
  'must hold {{ref}}, which ownId describes': 'Нет {{ref}}, хотя ownId его описывает.',
  'must hold what is asked by: {{id}}, or {{ref}} where it is asked by own-id':
    'Нет того, по чему спрашивают: {{id}}, а при own-id — {{ref}}.',

  // Of our reference and the validity.
  'is missing: it is the form of {{ref}}': 'Не указано, а это вид {{ref}}.',
  'is safe only under our reference: describe ownId': 'Безопасно только с нашим номером: опишите ownId.',
  'asking by our reference needs ownId': 'Чтобы спрашивать по нашему номеру, нужен ownId.',
  'int32 needs 10 characters, digits 19 and text 18': 'Для int32 нужно 10 символов, для digits — 19, для text — 18.',
  'minS is above maxS': 'minS больше maxS.',
  'is missing: ids count only together with it': 'Не указано, а идентификаторы различаются только вместе с этим.',

  // Of what is read.
  'is not a path such as messages[0].id or items[*]."message-id"':
    'Это не путь вида messages[0].id или items[*]."message-id".',
  'is not a regular expression of at most 500 characters (RE2 syntax: no look-around and no back references)':
    'Это не регулярное выражение до 500 символов (синтаксис RE2: без просмотра вперёд и назад и без обратных ссылок).',
  'must be a path, {"path": …}, {"regex": …} or {"header": …}':
    'Нужен путь, {"path": …}, {"regex": …} или {"header": …}.',
  'must be a text, a number, true or false': 'Нужен текст, число, true или false.',
  'must be a text or a list of texts': 'Нужен текст или список текстов.',
  'plain text has no paths such as {}: use {"regex": …}':
    'В простом тексте нет путей, таких как {}: используйте {"regex": …}.',
  'needs a status or a value': 'Нужен status или value.',
  'a value needs one of equals, matches and exists, and each of those needs a value':
    'К value нужно одно из equals, matches и exists, а к каждому из них — value.',
  'must look for something that is there: what is absent is absent from garbage as well':
    'Нужно искать то, что есть: чего нет в ответе, того нет и в мусоре.',
  'must be one of {}, or {"status": …, "errorClass": …, "optOut": …}':
    'Нужно одно из {} или {"status": …, "errorClass": …, "optOut": …}.',
  'names no state': 'Не назван ни один статус.',
  'only a question by our reference can prove that nothing was taken':
    'Только запрос по нашему номеру может доказать, что ничего не принято.',
  'needs a condition that looks into the answer: a bare 404 may come from anything on the way':
    'Нужно условие, которое смотрит в ответ: просто 404 может прийти от чего угодно по дороге.',
  'a call has no HTTP status': 'У вызова нет статуса HTTP.',
  'is no content type': 'Это не content type.',
};

export const gatewayErrors: Readonly<Record<string, string>> = { ...settings, ...profile };
